select * from document order by received_at, file_name
