# A client in R: reads every view whole through dbplyr, and asks the questions of dbplyr.sql by verbs; prints what it got in the
# form that test/clients/answers.pl describes.
#
#   Rscript dbplyr.R SCHEMA VIEW...         the connection is that of the PG* variables
#
# R has no decimal numbers: numeric and bigint come as double, and are compared by value.  Its times are doubles too, a little below
# the microsecond that was meant.
suppressPackageStartupMessages({
	library(DBI)
	library(dplyr, warn.conflicts = FALSE)
	library(dbplyr, warn.conflicts = FALSE)
})
options(digits.secs = 6)
arguments <- commandArgs(trailingOnly = TRUE)
schema <- arguments[1]
views <- arguments[-1]
con <- dbConnect(RPostgreSQL::PostgreSQL(), host = Sys.getenv("PGHOST"), port = as.integer(Sys.getenv("PGPORT")), dbname = Sys.getenv("PGDATABASE"),
	user = Sys.getenv("PGUSER"), password = Sys.getenv("PGPASSWORD"))

types <- c(TEXT = "text", BOOL = "bool", INTEGER = "int4", BIGINT = "int8", FLOAT8 = "float8", DECIMAL = "numeric", DATE = "date",
	TIMESTAMPTZOID = "timestamptz", TIMESTAMP = "timestamp", TIMESTAMPOID = "timestamp")

value <- function(x) {
	text <- if (is.logical(x)) ifelse(x, "t", "f")
		else if (inherits(x, "POSIXct")) sub("\\.?0+$", "", sub("(:\\d\\d)$", "\\1.0", format(x + 5e-7, "%Y-%m-%d %H:%M:%OS6")))
		else if (inherits(x, "Date")) format(x, "%Y-%m-%d")
		else if (is.numeric(x)) sprintf("%.17g", x)
		else gsub("\r", "\\\\r", gsub("\n", "\\\\n", gsub("\t", "\\\\t", gsub("\\", "\\\\", enc2utf8(as.character(x)), fixed = TRUE))))
	ifelse(is.na(x), "\\N", text)
}

put <- function(name, query) {
	cat("== ", name, "\n", sep = "")
	tryCatch({
		result <- dbSendQuery(con, as.character(sql_render(query)))
		about <- dbColumnInfo(result)
		dbClearResult(result)
		rows <- collect(query)
		shown <- ifelse(about$type %in% names(types), types[about$type], paste0("unknown(", about$type, ")"))
		cat(paste(paste(about$name, shown, sep = ":"), collapse = "\t"), "\n", sep = "")
		if (nrow(rows) > 0) cat(paste(do.call(paste, c(lapply(rows, value), sep = "\t")), collapse = "\n"), "\n", sep = "")
	}, error = function(e) cat("!! ", gsub("\n", " ", paste(conditionMessage(e), conditionMessage(e$parent %||% e))), "\n", sep = ""))
}
`%||%` <- function(a, b) if (is.null(a)) b else a

view <- function(name) suppressWarnings(tbl(con, in_schema(schema, name)))

for (name in views) put(paste("view", name), view(name))

deals <- view("pipeline_inspection")
put("dbplyr: count", deals %>% count(stage))
put("dbplyr: summarise by a group", deals %>% group_by(team) %>%
	summarise(amount = sum(amount, na.rm = TRUE), deals = n(), owners = n_distinct(owner), age = mean(age_days, na.rm = TRUE)))
put("dbplyr: filter with a list, a day and NULL", deals %>%
	filter(stage_position %in% c(1L, 2L, 3L), close_date >= as.Date("2026-04-01"), !is.na(amount), is.na(next_step) | next_step != "") %>%
	select(opportunity_id, amount, close_date))
put("dbplyr: the first ten", deals %>% filter(!is.na(amount)) %>% arrange(desc(amount), opportunity_id) %>% head(10) %>% select(opportunity_id, amount))
put("dbplyr: a join with the calendar", deals %>% inner_join(view("date_dimension") %>% select(day, fiscal_quarter), by = c("close_date" = "day")) %>%
	group_by(fiscal_quarter) %>% summarise(deals = n()))
put("dbplyr: a case", deals %>% mutate(size = case_when(is.na(amount) ~ "none", amount < 10000 ~ "small", TRUE ~ "large")) %>% count(size))
put("dbplyr: the share of a total", view("coverage") %>% filter(!is_total) %>% group_by(period) %>% mutate(share = open_amount / sum(open_amount, na.rm = TRUE)) %>%
	ungroup() %>% select(period, team, share))
put("dbplyr: an aggregate of the extension", tbl(con, in_schema("crm", "opportunity")) %>%
	inner_join(tbl(con, in_schema("crm", "stage")) %>% select(stage, outcome), by = "stage") %>%
	group_by(lead_source) %>% summarise(rate = sql("salesops.win_rate(outcome = 'won', outcome IN ('won', 'lost'))")))
invisible(dbDisconnect(con))
