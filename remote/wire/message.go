package wire

import (
	"math"
	"time"

	"github.com/fxamacker/cbor/v2"

	"marsh/jobs"
)

// Bounds of an error's texts, in bytes; what is longer is cut. Together they fit a frame.
const (
	maxErrorName   = 1 << 10
	maxErrorMsg    = 8 << 10
	maxErrorDetail = 32 << 10
)

// A string as a field of a message: any bytes.
type text string

func (t text) MarshalCBOR() ([]byte, error) { return appendString(nil, string(t)), nil }

func (t *text) UnmarshalCBOR(data []byte) error {
	d := decoder{data: data}
	s, err := d.string()
	*t = text(s)
	return err
}

// A value as a field of a message.
type value struct{ v jobs.Value }

func (v value) MarshalCBOR() ([]byte, error) { return AppendValue(nil, v.v) }

func (v *value) UnmarshalCBOR(data []byte) (err error) {
	v.v, err = DecodeValue(data)
	return err
}

type scriptMessage struct {
	Text     text  `cbor:"1,keyasint"`
	Name     text  `cbor:"2,keyasint"`
	Line     int32 `cbor:"3,keyasint"`
	Args     value `cbor:"4,keyasint"`
	Using    value `cbor:"5,keyasint"`
	Beside   bool  `cbor:"6,keyasint"`
	Terminal bool  `cbor:"7,keyasint"`
}

// EncodeScript returns the payload of a Run frame. The error is of kind KindValue when
// an argument cannot be carried, of kind KindLimit when all is larger than MaxMessage.
func EncodeScript(s jobs.Script) ([]byte, error) {
	data, err := cbor.Marshal(scriptMessage{
		Text: text(s.Text), Name: text(s.Name), Line: int32(s.Line), Args: value{s.Args}, Using: value{s.Using},
		Beside: s.Beside, Terminal: s.Terminal,
	})
	if err != nil {
		return nil, jobs.AsError(err)
	}
	if len(data) > MaxMessage {
		return nil, jobs.Errorf(jobs.KindLimit, "a script of %d bytes with its arguments is larger than the %d that can be sent", len(data), MaxMessage)
	}
	return data, nil
}

// DecodeScript is the inverse of EncodeScript. The error is of kind KindProtocol.
func DecodeScript(data []byte) (jobs.Script, error) {
	var m scriptMessage
	if err := unmarshal(data, &m); err != nil {
		return jobs.Script{}, err
	}
	s := jobs.Script{Text: string(m.Text), Name: string(m.Name), Line: int(m.Line), Beside: m.Beside, Terminal: m.Terminal}
	args, ok := m.Args.v.(jobs.List)
	if !ok && m.Args.v != nil {
		return jobs.Script{}, jobs.Errorf(jobs.KindProtocol, "malformed data: arguments that are no list")
	}
	if len(args) > 0 {
		s.Args = args
	}
	if s.Using, ok = m.Using.v.(*jobs.Map); !ok && m.Using.v != nil {
		return jobs.Script{}, jobs.Errorf(jobs.KindProtocol, "malformed data: captured values that are no map")
	}
	return s, nil
}

type errorMessage struct {
	Kind   uint8 `cbor:"1,keyasint"`
	Op     text  `cbor:"2,keyasint"`
	Host   text  `cbor:"3,keyasint"`
	Msg    text  `cbor:"4,keyasint"`
	Status int32 `cbor:"5,keyasint"`
	Detail text  `cbor:"6,keyasint"`
	Line   int32 `cbor:"7,keyasint"`
}

// EncodeError returns the payload of an End or Bye frame. Texts that are too long
// are cut.
func EncodeError(err error) []byte {
	if err == nil {
		return []byte{itemNull}
	}
	e := jobs.AsError(err)
	data, merr := cbor.Marshal(errorMessage{
		Kind: uint8(e.Kind), Op: cut(e.Op, maxErrorName), Host: cut(e.Host, maxErrorName), Msg: cut(e.Msg, maxErrorMsg),
		Status: int32(e.Status), Detail: cut(e.Detail, maxErrorDetail), Line: int32(e.Line),
	})
	if merr != nil {
		panic("wire: an error of strings and numbers must encode: " + merr.Error())
	}
	return data
}

func cut(s string, limit int) text {
	if len(s) > limit {
		s = s[:limit] + "…"
	}
	return text(s)
}

// DecodeError is the inverse of EncodeError: nil where there was none. The second
// result is of kind KindProtocol. A kind of a later version reads as KindOther.
func DecodeError(data []byte) (*jobs.Error, error) {
	var m *errorMessage
	if err := unmarshal(data, &m); err != nil || m == nil {
		return nil, err
	}
	return &jobs.Error{
		Kind: jobs.Kind(m.Kind), Op: string(m.Op), Host: string(m.Host), Msg: string(m.Msg),
		Status: int(m.Status), Detail: string(m.Detail), Line: int(m.Line),
	}, nil
}

// EncodeUint returns the payload of a Credit, Ping or Pong frame.
func EncodeUint(n uint32) []byte { return appendHead(nil, majorUint, uint64(n)) }

// DecodeUint is the inverse of EncodeUint. The error is of kind KindProtocol.
func DecodeUint(data []byte) (n uint32, err error) {
	err = unmarshal(data, &n)
	return n, err
}

// EncodeGrace returns the payload of a Cancel frame whose programs have that long, in whole
// milliseconds, from TERM to KILL.
func EncodeGrace(d time.Duration) []byte {
	return EncodeUint(uint32(min(max(d.Milliseconds(), 0), math.MaxUint32)))
}

// DecodeCancel decodes the payload of a Cancel frame: that of EncodeBool, or of EncodeGrace,
// where hasGrace is true. The error is of kind KindProtocol.
func DecodeCancel(data []byte) (discard bool, grace time.Duration, hasGrace bool, err error) {
	if len(data) > 0 && data[0]>>5 == majorUint>>5 {
		n, err := DecodeUint(data)
		return false, time.Duration(n) * time.Millisecond, err == nil, err
	}
	discard, err = DecodeBool(data)
	return discard, 0, false, err
}

// EncodeBool returns the payload of a Cancel frame.
func EncodeBool(b bool) []byte { return appendBool(nil, b) }

// DecodeBool is the inverse of EncodeBool. The error is of kind KindProtocol.
func DecodeBool(data []byte) (b bool, err error) {
	err = unmarshal(data, &b)
	return b, err
}

// Decodes a message whose fields are known; values in it hold their own bounds.
func unmarshal(data []byte, into any) error {
	mode, err := cbor.DecOptions{
		MaxNestedLevels:  4*jobs.MaxDepth + 8, // a map is a tag and an array
		MaxArrayElements: 2*jobs.MaxNodes + 1,
		MaxMapPairs:      64,
		IndefLength:      cbor.IndefLengthForbidden,
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
	}.DecMode()
	if err != nil {
		return err
	}
	if err := mode.Unmarshal(data, into); err != nil {
		return jobs.Errorf(jobs.KindProtocol, "malformed data: %w", err)
	}
	return nil
}
