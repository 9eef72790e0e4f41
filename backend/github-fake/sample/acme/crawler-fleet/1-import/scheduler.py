from celery import Celery

app = Celery("scheduler")
