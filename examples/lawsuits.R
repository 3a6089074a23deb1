# How reviews and lawsuits ended, by year, of the reports that say it in numbers.
# Rscript lawsuits.R nianbao.db        needs DBI and RSQLite
library(DBI)
db <- dbConnect(RSQLite::SQLite(), commandArgs(trailingOnly = TRUE)[1], flags = RSQLite::SQLITE_RO)
panel <- dbGetQuery(db, "
  SELECT year, indicator, value FROM panel
  WHERE state = 'number' AND indicator IN ('review.reconsideration.corrected', 'review.reconsideration.total',
    'review.litigation.corrected', 'review.litigation.total')")
invisible(dbDisconnect(db))
ended <- aggregate(value ~ year + indicator, panel, function(x) c(sum = sum(x), reports = length(x)))
ended <- ended[order(ended$year, ended$indicator), ]
write.csv(data.frame(year = ended$year, indicator = ended$indicator, ended$value), row.names = FALSE, quote = FALSE)
