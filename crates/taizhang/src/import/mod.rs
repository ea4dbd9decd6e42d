//! Room: workbooks into drafts. Matches headings, reads cells, compares with the book; decides nothing.
