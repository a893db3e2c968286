// Package spool keeps on disk what jobs wrote and nobody has received yet, when there is
// too much of it for memory. Its one idea: a spool belongs to one running shell and ends
// with it, so that it needs no recovery, only bounds, checksums, and somebody who cleans
// up after a shell that was killed.
//
// # On disk
//
//	DIR/HOST-PID-RANDOM/        one shell
//	DIR/HOST-PID-RANDOM/lock    locked (flock) as long as that shell lives
//	DIR/HOST-PID-RANDOM/3.1/    task 1 of job 3
//	DIR/HOST-PID-RANDOM/3.1/7   its 7th segment
//
// Directories have mode 0700 and files 0600. A segment is a sequence of frames:
//
//	uint32  length of the payload, big-endian
//	uint32  CRC-32C (RFC 3720, appendix B.4) of the length's four bytes and the payload
//	payload one record, as the codec that is passed in writes it
//
// Segments are only ever appended to, a batch of records at a time, and removed when all
// of their records were read. Where a batch could not be written whole, the segment is
// cut back to what it was before. Which records are where is known in memory; files are
// read by offset, and no file is kept open.
//
// Nothing is synced: what a spool holds has no meaning after its shell has ended.
package spool
