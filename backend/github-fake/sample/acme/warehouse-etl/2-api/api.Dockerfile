FROM dhi.io/python:3.12-debian13-dev AS build
WORKDIR /etl
RUN python -m venv .venv
COPY requirements.txt .
RUN .venv/bin/pip install -r requirements.txt

FROM dhi.io/python:3.12-debian13
WORKDIR /etl
COPY --from=build --chown=nonroot:nonroot /etl/.venv .venv
COPY --chown=nonroot:nonroot etl etl
EXPOSE 1024
CMD ["/etl/.venv/bin/gunicorn", "--bind=0.0.0.0:1024", "etl.api:app"]
