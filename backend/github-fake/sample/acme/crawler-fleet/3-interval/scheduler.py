from celery import Celery

app = Celery("scheduler")
app.conf.beat_schedule = {"look": {"task": "look", "schedule": 86_400}}
