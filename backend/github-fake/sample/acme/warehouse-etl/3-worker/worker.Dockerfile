FROM dhi.io/python:3.12-debian13-dev AS build
RUN apt-get update && apt-get install -y unixodbc-dev gnupg
WORKDIR /etl
RUN python -m venv .venv
COPY requirements.txt .
RUN .venv/bin/pip install -r requirements.txt

FROM python:3.12-slim-trixie
RUN apt-get update && apt-get install -y unixodbc
WORKDIR /etl
COPY --from=build /etl/.venv .venv
COPY etl etl
CMD ["/bin/bash", "-c", "/etl/.venv/bin/python -m etl.worker"]
