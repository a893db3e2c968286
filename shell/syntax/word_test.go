package syntax

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// prelude makes Lua print what command lines are given: a tag and a value for each
// argument.
const prelude = `
local name, x, list, env = "N", {y = {z = 7}, ["end"] = "E"}, {"one", "two"}, {HOME = "/h"}
local dir = "d"
__m_env = env
function __m_str(...)
  local t = {...}
  for i = 1, #t do t[i] = tostring(t[i]) end
  return table.concat(t)
end
function __m_using(n) return "using " .. n end
function __m_cap(n, v) return v end
function __m_special(n) return n end
local show
function show(a)
  local tag, v = a[1], a[2]
  if tag == "l" then
    local t = {}
    for i = 1, a.n do t[i] = show(a[i + 1]) end
    return "l(" .. table.concat(t, " ") .. ")"
  elseif tag == "-:" then return "-:" .. v .. "=" .. show(a[3])
  elseif tag == "b" then
    return "b<" .. a.text .. ">" .. (a.fn and tostring((a.fn("it", 1, 2))) or "") .. (a.using.name or "")
  end
  return tag .. "<" .. tostring(v) .. ">"
end
local function stages(p)
  local out = {}
  for i, s in ipairs(p) do
    local t = {s.kind .. ":" .. s.name}
    for j = 1, s.n do t[#t + 1] = show(s.args[j]) end
    for _, r in ipairs(s.redir) do
      t[#t + 1] = r.from .. ">" .. (r.append and ">" or "") .. (r.merge and "&" .. r.merge or show(r.to))
    end
    out[i] = table.concat(t, " ")
  end
  return table.concat(out, " | ") .. (p.bg and " &" or "")
end
function __m_get(p) return "[" .. stages(p) .. "]" end
function __m_run(p) print((stages(p):gsub("\n", "\\n"))) end
`

var argumentsOf = []struct{ line, want string }{
	{`echo a b`, "p:echo w<a> w<b>"},
	{`echo a"b c"d 'e f' "g" ''`, "p:echo w<ab cd> q<e f> q<g> q<>"},
	{`echo "a*"b a*'b' "~"/x ~/"x y"`, "p:echo q<a*b> w<a*b> q<~/x> w<~/x y>"},
	{`echo $name $x.y.z $x["y"].z $list[2] $x.end`, "p:echo v<N> v<7> v<7> v<two> v<E>"},
	{`echo $name/x $name$name a$name.txt ${name}x`, "p:echo w<N/x> w<NN> w<aN.txt> w<Nx>"},
	{`echo "$name.txt ${name}s $x.y $(1 + 2)" '$name'`, "p:echo q<N.txt Ns TABLE.y 3> q<$name>"},
	{`echo $list[1]* $1 a$ $`, "p:echo w<TABLE[1]*> w<$1> w<a$> w<$>"},
	{`echo $env:HOME "$env:HOME/x" ${env:HOME} $using:name $?`, "p:echo v</h> q</h/x> w</h> v<using name> v<?>"},
	{`echo $true $null (1 + 2) ("a" .. "b")`, "p:echo v<true> v<nil> v<3> v<ab>"},
	{`echo (date +%s) "$(hostname)"`, "p:echo v<[p:date w<+%s>]> q<[p:hostname]>"},
	{"echo a` b `\"c` \\\"d\\\" \"e`\"f\\\"g\\h\\$i\"", "p:echo w<a b> w<\"c \"d\"> q<e\"f\"g\\h$i>"},
	{`echo \d a\ b x\;y "a\\b"`, `p:echo w<\d> w<a b> w<x;y> q<a\b>`},
	{`echo -la,b --x -- -1 {} {a,b} a{b c}`, "p:echo w<-la,b> w<--x> w<--> w<-1> w<{}> w<{a,b}> w<a{b> w<c}>"},
	{`echo # comment`, "p:echo"},
	{`echo a#b "#" \#c # d`, "p:echo w<a#b> q<#> w<#c>"},
	{`echo a&b http://x?a=1&b=2`, "p:echo w<a&b> w<http://x?a=1&b=2>"},
	{`echo ä "ö$name"ü`, "p:echo w<ä> w<öNü>"},
	{"echo 'two\nlines' \"tab\there\"", "p:echo q<two\\nlines> q<tab\there>"},
	{`get-job a,b , c -Name d`, "c:get-job l(w<a> w<b> w<c>) -<Name> w<d>"},
	{`get-job -Keep:$false -Name:a,"b" -Id: 3 -x.y`, "c:get-job -:Keep=v<false> -:Name=l(w<a> q<b>) -:Id=w<3> -<x.y>"},
	{`get-job -1 -- "-name" web[1,2],{ name }`, "c:get-job w<-1> w<--> q<-name> l(w<web[1,2]> b< name >)"},
	{`get-job -Name $list, (1), 'x'`, "c:get-job -<Name> l(v<TABLE> v<1> q<x>)"},
	{`start-job {ls} -Name x`, "c:start-job b<ls> -<Name> w<x>"},
	{`start-job { start-job { $using:name } }`, "c:start-job b< start-job { $using:name } >N"},
	{`get-job | where { it .. #args } | foreach { $_ .. name }`, "c:get-job | c:where-object b< it .. #args >it2 | c:foreach-object b< $_ .. name >itN"},
	{`foreach { return ... }`, "c:foreach-object b< return ... >1"},
	{`foreach { local a = 1; return a + 1 }`, "c:foreach-object b< local a = 1; return a + 1 >2"},
	{`foreach { -- c` + "\n" + `}`, "c:foreach-object b< -- c\\n>nil"},
	{`ls > a 2>> "b" *> $name 3>&1`, "p:ls 1>w<a> 2>>q<b> 0>v<N> 3>&1"},
	{`ls 2>&1|cat>x&`, "p:ls 2>&1 | p:cat 1>w<x> &"},
	{`ls a>b 12>c`, "p:ls w<a> w<12> 1>w<b> 1>w<c>"},
	{`!echo "$x" | wc -l > y & # z`, `!:echo "$x" | wc -l > y & # z`},
	{`get-job (!echo ")" (x)) {!echo "}" ${x} }`, `c:get-job v<[!:echo ")" (x)]> b<!echo "}" ${x} >`},
	{`ls | !cat`, "p:ls | !:cat"},
	{`./$name/"a b" c`, "p:./N/a b w<c>"},
	{`ls)x :) }`, "p:ls)x w<:)> w<}>"},
	{"ls `\n  a `  \n b", "p:ls w<a> w<b>"},
	{"ls |\n\n # c\n  cat", "p:ls | p:cat"},
	{`if name then echo a b else echo c end`, "p:echo w<a> w<b>"},
	{`for i = 1, 1 do echo the end of it` + "\nend", "p:echo w<the> w<end> w<of> w<it>"},
	{`do for i = 1, 1 do echo end end`, "p:echo"},
	{`if name then echo "end" a end`, "p:echo q<end> w<a>"},
	{`$list | foreach { it } | cat`, "c:write-output v<TABLE> | c:foreach-object b< it >it | p:cat"},
	{`"a" .. name | cat > x &`, "c:write-output v<aN> | p:cat 1>w<x> &"},
	{`tostring(1) | cat`, "c:write-output v<1> | p:cat"},
	{`echo ($list | select -first 1)`, "p:echo v<[c:write-output v<TABLE> | c:select-object -<first> w<1>]>"},
	{"local v = list |\n cat\necho $v", "p:echo v<[c:write-output v<TABLE> | p:cat]>"},
	{`start-job { $undefined | frob }`, "c:start-job b< $undefined | frob >"},
	{`do echo x & end`, "p:echo w<x> &"},
}

// The translated text, run by the reference implementation, holds the words as meant.
func TestArguments(t *testing.T) {
	lua, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Skip("lua5.1 is not installed")
	}
	for _, c := range argumentsOf {
		chunk, err := Compile(c.line, "t", 1, wider{})
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		cmd := exec.Command(lua, "-")
		cmd.Stdin = strings.NewReader(prelude + chunk.Lua)
		out, err := cmd.CombinedOutput()
		got := strings.TrimSuffix(tableAddress.ReplaceAllString(string(out), "TABLE"), "\n")
		if err != nil || got != c.want {
			t.Errorf("%s\n got %s\nwant %s (%v)\n%s", c.line, got, c.want, err, chunk.Lua)
		}
	}
}

var tableAddress = regexp.MustCompile(`table: 0x[0-9a-f]+`)

// wider is the world with the variables of the prelude.
type wider struct{ world }

func (w wider) Variable(name string) bool { return name == "name" || w.world.Variable(name) }
