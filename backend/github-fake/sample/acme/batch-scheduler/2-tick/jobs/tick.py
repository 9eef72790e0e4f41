from datetime import datetime, timezone

print("tick", datetime.now(timezone.utc).isoformat())
