#!/bin/sh
# Reports whose prose says a word: sh search.sh RELEASE 行政复议; needs sqlite3, unzip and sed.
# In the index every Chinese character is a word of its own, so blanks go around each, and the word
# is sent as a phrase; digits and letters stay together.
set -eu
export LC_ALL=C.UTF-8
release=$1 word=$2
[ -f nianbao.db ] || unzip -q "$release/nianbao.db.zip" nianbao.db
phrase=$(printf '%s' "$word" | sed "s/[\"']//g; s/[^ -~]/ & /g")
sqlite3 -separator '	' nianbao.db "
SELECT organ, year, replace(snippet(sections_fts, 0, '[', ']', '…', 24), ' ', '')
FROM sections_fts JOIN sections ON sections.id = sections_fts.rowid JOIN reports USING (snapshot, part)
WHERE sections_fts MATCH '\"$phrase\"' ORDER BY year, organ, number;"
