FROM registry.acme.example/mirror/dhi-python:3.13-debian13
COPY --chown=nonroot:nonroot probe.py /probe.py
CMD ["python", "/probe.py"]
