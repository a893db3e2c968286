package lua

import "strings"

// maxChunkName bounds the name of a chunk in messages, in bytes (Lua 5.1, LUA_IDSIZE).
const maxChunkName = 60

// chunkName returns what a chunk is called in messages: the rest of a name that = or @
// begins, else the beginning of the source itself, as luaO_chunkid has it.
func chunkName(name string) string {
	if name != "" && (name[0] == '=' || name[0] == '@') {
		return name[1:]
	}
	const room = maxChunkName - len(`[string "..."]`) - 1
	line, _, cut := strings.Cut(name, "\n")
	if len(line) > room {
		line, cut = line[:room], true
	}
	if cut {
		line += "..."
	}
	return `[string "` + line + `"]`
}
