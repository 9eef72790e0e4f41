FROM python:3.11-bullseye
RUN apt-get update && apt-get install -y unixodbc-dev gnupg
WORKDIR /etl
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY etl etl
CMD ["/bin/bash", "-c", "python -m etl.worker"]
