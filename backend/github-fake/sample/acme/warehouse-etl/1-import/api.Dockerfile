FROM python:3.11-bullseye
WORKDIR /etl
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY etl etl
EXPOSE 1024
CMD ["gunicorn", "--bind=0.0.0.0:1024", "etl.api:app"]
