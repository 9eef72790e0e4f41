FROM python:3.9-alpine
RUN apk add --no-cache --virtual .build gcc musl-dev \
 && pip install celery redis \
 && apk del .build
COPY scheduler.py .
CMD celery -A scheduler beat
