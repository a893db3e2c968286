package line

// Waits until a byte can be read, as the source does.
func (d *decoder) wait(ms int) (bool, error) {
	if len(d.back) > 0 {
		return true, nil
	}
	return d.src.wait(ms)
}

func (d *decoder) readByte() (byte, error) {
	if n := len(d.back); n > 0 {
		b := d.back[n-1]
		d.back = d.back[:n-1]
		return b, nil
	}
	var b [1]byte
	_, err := d.src.read(b[:])
	return b[0], err
}

// Reads a byte of something that has begun, however long it takes; errWoken when the
// line was cancelled.
func (d *decoder) first() (byte, error) {
	for {
		if d.isCancelled() {
			return 0, errWoken
		}
		ready, err := d.wait(-1)
		switch {
		case err == errWoken:
		case err != nil:
			return 0, err
		case ready:
			return d.readByte()
		}
	}
}

// Returns the key for something that was broken off: an error of first.
func (d *decoder) broken(err error) (rune, error) {
	if err == errWoken {
		return keyNone, nil
	}
	return 0, err
}

// Reads a byte of a sequence that has begun; reports false when none comes in time.
func (d *decoder) soon() (byte, bool, error) {
	for {
		ready, err := d.wait(int(escWait.Milliseconds()))
		switch {
		case err == errWoken && d.isCancelled():
			return 0, false, nil
		case err == errWoken:
			continue // it is looked at behind the sequence
		case err != nil || !ready:
			return 0, false, err
		}
		b, err := d.readByte()
		return b, err == nil, err
	}
}

// Keeps a key's text, and returns the key.
func (d *decoder) keep(key rune, text string) rune {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.texts = append(d.texts, text)
	return key
}

// Returns the oldest text not asked for yet.
func (d *decoder) takeText() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.texts) == 0 {
		return ""
	}
	text := d.texts[0]
	d.texts = d.texts[1:]
	return text
}

// Makes a key be pressed that is on no keyboard. It is pressed once, however often
// it is posted meanwhile.
func (d *decoder) post(key rune) {
	d.mu.Lock()
	for _, k := range d.posted {
		if k == key {
			d.mu.Unlock()
			return
		}
	}
	d.posted = append(d.posted, key)
	d.mu.Unlock()
	d.src.wake()
}

// Returns a key that was posted, or Ctrl-C for a line that was cancelled; 0 for
// none.
func (d *decoder) event() rune {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cancelled {
		d.cancelled = false
		return ctrlC
	}
	if len(d.posted) == 0 {
		return 0
	}
	key := d.posted[0]
	d.posted = d.posted[1:]
	return key
}

// Begins another line, which is not cancelled.
func (d *decoder) begin() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cancelled = false
	d.texts, d.posted, d.back = nil, nil, nil
}

// Says that the line is not wanted any more. The source has to be woken then.
func (d *decoder) cancel() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cancelled = true
}

func (d *decoder) isCancelled() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cancelled
}
