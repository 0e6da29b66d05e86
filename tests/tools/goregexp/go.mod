module fabricgen.test/goregexp

go 1.25
