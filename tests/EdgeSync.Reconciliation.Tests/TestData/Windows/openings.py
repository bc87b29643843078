"""Writes openings.txt: when windows open in 2027, found without cron and without EdgeSync.

Run it with Python 3.9 or newer: python3 openings.py > openings.txt

For each zone, every minute of UTC is turned into what a clock on the wall shows. A time of a day opens at the first minute on whose day the clock shows
that time or a later one: so a time that the clock skips opens when the clock has been put forward, and one that it shows twice opens once.
"""
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
YEAR = 2027
RULES = [
    ("30 2 * * *", ["02:30"], lambda day: True),
    ("45 1 * * *", ["01:45"], lambda day: True),
    ("0 1-3 * * 0", ["01:00", "02:00", "03:00"], lambda day: day.isoweekday() == 7),
    ("0 22 * * 1-5", ["22:00"], lambda day: day.isoweekday() <= 5),
    ("0 0 1 * *", ["00:00"], lambda day: day.day == 1),
]

for name in ZONES:
    zone = ZoneInfo(name)
    seen = {}
    minute = datetime(YEAR - 1, 12, 30, tzinfo=timezone.utc)
    while minute.year <= YEAR:
        wall = minute.astimezone(zone)
        shown = wall.strftime("%H:%M")
        for cron, times, is_day in RULES:
            if is_day(wall.date()):
                for time in times:
                    if shown >= time:
                        seen.setdefault((cron, wall.date(), time), minute)
        minute += timedelta(minutes=1)
    for cron, times, _ in RULES:
        opened = {at for (rule, day, time), at in seen.items() if rule == cron and at.year == YEAR}
        print(f"{name}|{cron}|" + " ".join(at.strftime("%m%d%H%M") for at in sorted(opened)))
