// Package wire is what travels between two marshes: frames, and the encoding of
// scripts, records and errors. Its one idea: a value that crossed is the value that
// was written (see [marsh/jobs.Value]), and what the other end sends is never
// trusted to be small, shallow or well-formed.
//
// # Beginning
//
// The agent speaks first. The client says nothing until it has read the agent's
// hello, because until then a login script may be reading. A hello is
//
//	89 6d 61 72 73 68 0d 0a 1a 0a   magic: 0x89 "marsh" CR LF 0x1a LF
//	uint16                          length of what follows, big-endian
//	CBOR map                        1: version, 2: build, 3: window
//
// Whatever comes before the magic was printed by login scripts; the client skips
// up to [MaxNoise] bytes of it and keeps it for its error message. The line ends in
// the magic are there to be damaged by a terminal or a text filter, so that a link
// that is not clean is noticed at once. The client answers with a hello of its own.
// This layout is the same in all versions; what follows it belongs to [Version].
// Two ends with different versions do not talk; the build only names who is there.
//
// # Frames
//
// After the hellos each direction is a sequence of frames:
//
//	uint8   type
//	uint32  run, big-endian; 0 where the frame concerns the link
//	uint32  length of the payload, big-endian, at most MaxPayload
//	payload CBOR (RFC 8949), or a CBOR sequence (RFC 8742)
//
// The types, and who sends them:
//
//	1 Run      client  a script, see below
//	2 Records  agent   a batch of records, see below
//	3 End      agent   the run has ended: null, or an error
//	4 Cancel   client  bool: end the run; true: and discard what was not sent yet.
//	                   uint: end the run; its programs have that many milliseconds
//	                   from TERM to KILL
//	5 Credit   client  uint: that many more bytes of Records may be sent
//	6 Ping     both    uint: asks for a Pong
//	7 Pong     both    uint: the number of the Ping
//	8 Bye      both    null, or the error that is the reason: no frame follows
//	9 Part     both    a piece of the payload that the next Run or Records
//	                   frame of the same run completes
//	10 Detach  client  null: the run is asked to go on as a job there
//
// A frame of an unknown type is skipped. So is a frame for a run that is not known,
// because it may have ended while the frame was on its way. Numbers of runs are
// chosen by the client and not used again while the run lasts.
//
// A run that was asked to become a job says so with its End, an error of kind 25. It
// may also go on as before, as it does where the agent does not know this frame.
//
// A payload of more than MaxPayload bytes travels in Parts, so that a single huge
// record holds up nobody else's for longer than one frame. All Parts and their last
// frame together are at most [MaxMessage] bytes.
//
// # Credit
//
// The payloads of Records, and of their Parts, are paid for with credit. A run begins
// with as many bytes of it as the window in the client's hello says. The client gives
// credit back for what its reader has taken, and for Parts as they come, as long as it
// has memory set aside for a record that is larger than the window. A reader that
// stalls so stalls its own run and no other. All other frames cost nothing.
//
// # Values
//
//	nil, bool        null, false, true
//	int64            integer, major type 0 or 1
//	float64          float, always of 64 bits
//	string           text string; one that is not UTF-8: tag 28019 on a byte string
//	[]byte           byte string
//	time.Time        tag 1001 (RFC 9581) on the map {1: seconds, -9: nanoseconds}
//	jobs.List        array
//	*jobs.Map        tag 28013 on the array [type, key 1, value 1, key 2, value 2, …]
//
// A map is an array because its order matters. Both tag numbers have this meaning in
// this protocol only. Nothing has indefinite length. The bounds are [marsh/jobs.MaxDepth]
// and [marsh/jobs.MaxNodes]. A time loses its zone and its monotonic reading.
//
// # Messages
//
// Maps with small integers as keys; an unknown key is ignored:
//
//	Run  1: text, 2: name, 3: line, 4: arguments (array), 5: using (a map, or null),
//	     6: beside, 7: terminal
//	End  1: kind, 2: op, 3: host, 4: msg, 5: status, 6: detail, 7: line
//
// Records is a CBOR sequence: the Seq of the first record; then for each record its
// stream, its time and its value. The Seq of the others follows by counting. The time is
// null when it is not known, or the nanoseconds since the time of the record before it
// (the first in a batch: since 1970 UTC), or, outside the years 1850 to 2090, a time value.
package wire
