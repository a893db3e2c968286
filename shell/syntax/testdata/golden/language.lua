--#!/usr/bin/env marsh
for _, h in ipairs(hosts) do
   j = __m_get({line=3, text="invoke-command -computername $h -asjob { uptime }", {kind="c", name="invoke-command", n=4, args={{"-", "computername"}, {"v", h}, {"-", "asjob"}, {"b", text=" uptime ", line=3, chunk="language.msh", using={}}}, redir={}}})
  if  j.State == "Failed" then
    __m_run({line=5, text="receive-job $j", {kind="c", name="receive-job", n=1, args={{"v", j}}, redir={}}})
  end
end
 j = __m_get({line=8, text="start-job { get-eventlog system }", {kind="c", name="start-job", n=1, args={{"b", text=" get-eventlog system ", line=8, chunk="language.msh", using={}}}, redir={}}})
 n = 1 + 2
__m_emit(( x + 1))
__m_emit(expr, 2)
__m_emit((1+1)); __m_emit(( job))
__m_run({line=13, text="get-job -Keep:$false -name \"a b\",'c',d $x.y[1].z", {kind="c", name="get-job", n=4, args={{"-:", "Keep", {"v", false}}, {"-", "name"}, {"l", n=3, {"q", "a b"}, {"q", "c"}, {"w", "d"}}, {"v", x.y[1].z}}, redir={}}})
__m_run({line=14, text="start-job { echo $args[1] } -argumentlist (1 + 2), $x, \"text\"", {kind="c", name="start-job", n=3, args={{"b", text=" echo $args[1] ", line=14, chunk="language.msh", using={}}, {"-", "argumentlist"}, {"l", n=3, {"v", (1 + 2)}, {"v", x}, {"q", "text"}}}, redir={}}})
print("$x is not touched")
__m_run({line=16, text="write-output \"$name.txt ${name}s $(1 + 2) \\$x `\"q`\" \\d\"", {kind="c", name="write-output", n=1, args={{"q", __m_str(name, ".txt ", name, "s ", (1 + 2), " $x \"q\" \\d")}}, redir={}}})
__m_env["LANG"] = "C.UTF-8" .. __m_env["PATH"]
if not __m_special("?") then print(__m_special("LASTEXITCODE"), __m_special("error")[1].Message) end
 s = 5
__m_run({line=20, text="invoke-command -session $s { start-job { get-job $using:j } ; using.k + $using:j.Id }", {kind="c", name="invoke-command", n=3, args={{"-", "session"}, {"v", s}, {"b", text=" start-job { get-job $using:j } ; using.k + $using:j.Id ", line=20, chunk="language.msh", using={j=__m_cap("j", j), k=__m_cap("k", k)}}}, redir={}}})
__m_run({line=21, text="get-job | where { $_.State == \"Running\" and it.Id > $n } |  # those still at it\010  foreach {\010    local name = it.Name\010    echo $name `\010      done\010  } | select -first 1", {kind="c", name="get-job", n=0, args={}, redir={}}, {kind="c", name="where-object", n=1, args={{"b", text=" $_.State == \"Running\" and it.Id > $n ", line=21, chunk="language.msh", using={}, fn=function(it, ...) local _ = it; local args = {...}  return  _.State == "Running" and it.Id >  n  end}}, redir={}}, 
{kind="c", name="foreach-object", n=1, args={{"b", text="\010    local name = it.Name\010    echo $name `\010      done\010  ", line=22, chunk="language.msh", using={}, fn=function(it, ...) local _ = it; local args = {...} 
    local name = it.Name
    __m_run({line=24, text="echo $name `\010      done", {kind="p", name="echo", n=2, args={{"v", name}, 
{"w", "done"}}, redir={}}})
   end}}, redir={}}, {kind="c", name="select-object", n=2, args={{"-", "first"}, {"w", "1"}}, redir={}}})
__m_run({line=27, text="ls *.go 2>&1 > \"out file\" 3>> log *> all", bg=true, {kind="p", name="ls", n=1, args={{"w", "*.go"}}, redir={{from=2, merge=1}, {from=1, to={"q", "out file"}}, {from=3, to={"w", "log"}, append=true}, {from=0, to={"w", "all"}}, }}})
__m_emit(#"abc")
-- [=== title ===]
__m_run({line=30, text="wait-job (start-job {1}), (!echo 2) -timeout 5", {kind="c", name="wait-job", n=3, args={{"l", n=2, {"v", (__m_get({line=30, text="start-job {1}", {kind="c", name="start-job", n=1, args={{"b", text="1", line=30, chunk="language.msh", using={}}}, redir={}}}))}, {"v", (__m_get({line=30, text="!echo 2", {kind="!", name="echo 2", n=0, args={}, redir={}}}))}}, {"-", "timeout"}, {"w", "5"}}, redir={}}})
start_job(function(n) return n * 2 end, {name = "double", args = {21}})
local t = { ls = 1, "date", [3] = date }
function t.run(self, ...)
  __m_run({line=34, text="ls ./a .. b:c d=e @failed(3) web[01-20,25] -- x", {kind="p", name="ls", n=8, args={{"w", "./a"}, {"w", ".."}, {"w", "b:c"}, {"w", "d=e"}, {"w", "@failed(3)"}, {"w", "web[01-20,25]"}, {"w", "--"}, {"w", "x"}}, redir={}}})
  return __m_get({line=35, text="get-job -id 1", {kind="c", name="get-job", n=2, args={{"-", "id"}, {"w", "1"}}, redir={}}})
end
for i = 1, 3 do __m_run({line=37, text="start-job { $using:i }", {kind="c", name="start-job", n=1, args={{"b", text=" $using:i ", line=37, chunk="language.msh", using={i=__m_cap("i", i)}}}, redir={}}})end
pcall(function() __m_run({line=38, text="cat 'it''s' \"a\"b'c'", {kind="p", name="cat", n=2, args={{"q", "its"}, {"w", "abc"}}, redir={}}})end)
repeat
  local date = __m_get({line=40, text="hostname", {kind="p", name="hostname", n=0, args={}, redir={}}})
until date
