-- calendar: fiscal calendars, business time, and the service levels measured in it.

-- ---- fiscal_calendar ----

-- ---- business_calendar ----

-- ---- business time ----

-- ---- service levels ----
