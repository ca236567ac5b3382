"""When something runs and for how long: cron schedules, calendars, downscalers, durations."""
