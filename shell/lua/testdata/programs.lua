local a, b = 1, 2 a, b = b, a out(a, b)
---
local a, b = 0, 0 a, b = a + 1, a + b out(a, b)
---
local i, t = 1, {} i, t[i] = i + 1, 20 out(i, t[1], t[2])
---
local t, i = {}, 1 t[i], i = 5, 9 out(t[1], t[9], i)
---
local a = {} local function f() return 1, 2, 3 end a.x, a.y, a.z = f() out(a.x, a.y, a.z) a.x, a.y = 0, f() out(a.x, a.y)
---
local a a, a = 1, 2 out(a)
---
local s = 0 for i, v in ipairs({1, 2, 3}) do if false then local x = 1 s = s + x end s = s + v end out(s)
---
for i = 1, 3 do local x = (nil and i or "x") out(x) end
---
for k, v in pairs({10}) do local x = (true and nil) or v out(x) end
---
local function t(a) a = (tostring(a)) return a end out(t(5))
---
local function t(a, b) b = (a(b)) return b end out(t(tostring, 7))
---
local fs = {} while true do if true then local x = 1 fs[1] = function() x = x + 1 return x end break end end local a, b, c = 98, 99, 100 out(fs[1](), fs[1](), a, b, c)
---
local fs = {} for i = 1, 3 do do local x = i * 10 fs[i] = function() x = x + 1 return x end if i == 2 then break end end end local y, z, w, v = 5, 6, 7, 8 out(fs[1](), fs[2](), fs[2](), y, z, w, v)
---
local fs = {} repeat local x = 4 fs[1] = function() return x end until x == 4 local y = 9 out(fs[1](), y)
---
local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end end out(fs[1](), fs[1](), fs[3]())
---
local f = function() return f end out(f())
---
local function f() return f end out(f() == f)
---
local x = string.gmatch("asdf", "a") out(x())
---
for k, v in string.gmatch("a=1, b=2", "(%w+)=(%w+)") do out(k, v) end
---
for w in ("one two"):gmatch("%a*") do out(w) end
---
out("00001" + "00011", "0x10" + 1, 010, 0x10, 1e2, .5, 3., "10" * "2", -"2", "7" % 4, 2 ^ 10, "2" ^ "3")
---
out(tonumber("1e1"), tonumber("  12  "), tonumber("0x1F"), tonumber("z", 36), tonumber("8", 8), tonumber(""), tonumber("1 2"), tonumber("1e"), tonumber("abc"), tonumber("10", 2), tonumber(nil))
---
out(1 / 0, -1 / 0, math.huge, -math.huge, math.floor(2.7), math.ceil(2.1), math.max(1, 9, 3), math.fmod(7, 3), -7 % 3, 7 % -3, 5.5 % 2)
---
out(string.format("%q", "a\0b\n\"c\"\r"), string.format("%5.2f|%-5d|%05d|%x|%X|%o|%c|%s|%10.3s|%%|%i", 3.14159, 42, 42, 255, 255, 8, 65, "str", "abcdef", 7))
---
out(string.format("%g %g %g %e %+d % d %#x %5s|%-5s|", 1e20, 0.1, 100000000, 12345.678, 5, 5, 255, "ab", "ab"), pcall(string.format, "%d", "x"))
---
out(string.find("hello world", "o w"), string.find("hello", "l+"), string.find("a.b", ".", 1, true), string.find("abc", "(b)(c)"), string.find("", ""), string.find("abc", "", 10), string.find("abc", "b", -1))
---
out(string.match("key = value", "^(%w+)%s*=%s*(%w+)$"), string.match("abc", "()b()"), string.match("[[x]]", "%[%[(.-)%]%]"), string.match("f(a(b)c)d", "%b()"), string.match("THE (quick) fox", "%f[%a]%a+", 5))
---
out(string.gsub("hello world", "o", "0"), string.gsub("abc", "%w", "%0%0"), string.gsub("abc", "", "-"), string.gsub("hello", "l", {l = "L"}), string.gsub("abc", "%w", function(c) if c == "b" then return "B" end end), string.gsub("abcabc", "b", "x", 1), string.gsub("abc", "^a", "x"))
---
out(pcall(string.gsub, "x", "x", "%2"), pcall(string.find, "a", "[a"), pcall(string.find, "a", "%"), pcall(string.match, "a", "(a"))
---
out(("x"):rep(3), ("abc"):upper(), ("ABC"):lower(), ("abc"):reverse(), ("abc"):len(), ("abc"):sub(2), ("abc"):sub(-2, -1), ("abc"):sub(0), ("abc"):sub(2, 1), ("abc"):byte(1, -1), string.char(72, 105), ("abc"):byte(10), ("x"):rep(-1))
---
out(#"\065\10\z" == nil, "\65\066", 'a\
b', [[
line]], [==[a]]b]==])
---
local t = {5, 2, 8, 1} table.sort(t) out(unpack(t)) table.sort(t, function(a, b) return a > b end) out(table.concat(t, ",")) table.insert(t, 9) table.insert(t, 1, 0) out(table.concat(t, ",")) out(table.remove(t), table.remove(t, 1), #t) out(table.concat({1, 2, 3}, "-", 2, 3), table.concat({}), table.concat({1, "a"}, ", "))
---
out(pcall(error, "x", 0), pcall(error, {}), pcall(error), select("#", pcall(error, nil)))
---
out(select("#"), select("#", nil, nil), select(2, "a", "b", "c"), select(-1, "a", "b"))
---
local t = setmetatable({}, {__index = function(t, k) return k .. "!" end, __newindex = function(t, k, v) rawset(t, k, v * 2) end, __call = function(self, a) return a end, __tostring = function() return "T" end, __concat = function(a, b) return "cat" end, __eq = function() return true end, __lt = function() return true end, __le = function() return false end, __unm = function() return "neg" end, __add = function(a, b) return "add" end}) t.x = 4 out(t.y, t.x, t(7), tostring(t), t .. "a", "a" .. t, t < t, t <= t, -t, t + 1, 1 + t, "s" + t)
---
local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b) local d, e = coroutine.yield(c * 2) return d + e end) out(coroutine.resume(co, 1, 2)) out(coroutine.resume(co, 10)) out(coroutine.resume(co, 3, 4)) out((coroutine.resume(co))) out(coroutine.status(co))
---
local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) out(gen(), gen(), gen())
---
local function va(...) local a, b = ... return select("#", ...), a, b, ... end out(va()) out(va(1, nil)) out((va(1, 2, 3))) local t = {va(1)} out(#t)
---
local function f(...) return {...}, {n = select("#", ...), ...} end local a, b = f(1, nil, 3) out(a[1], a[3], b.n)
---
local ok, e = xpcall(function() error("boom", 0) end, function(m) return "handled " .. m end) out(ok, e)
---
local ok, e = pcall(function() local x = nil; return x.y end) out(ok, type(e)) ok, e = pcall(function() return 1 + {} end) out(ok, type(e)) ok, e = pcall(function() return {} .. "x" end) out(ok) ok = pcall(function() return 1 < "2" end) out(ok) ok = pcall(function() undefined_function() end) out(ok)
---
local a = 1 local function f() a = a + 1 return a end local b, c, d = f(), f(), f() out(a, b, c, d)
---
local t = {f = function(self, x) return x end} out(t:f(1), t.f(t, 2)) local s = "x" out(s:upper():lower())
---
out(1 == 1.0, "1" == 1, nil == false, 0 == -0, "a" < "b", "a" < "B", "" < "a", not nil, not 0, 1 and 2, nil and 1, false or nil, nil or false, 1 or error("no"))
---
out(#{1, 2, 3, nil}, #{n = 1}, #{{}, {}}, next({}), type(next), rawequal("a", "a"), rawget({x = 1}, "x"))
---
local n = 0 for i = 10, 1, -3 do n = n + i end out(n) for i = 1, 0 do out("never") end for i = 1, 2 do local i = i * 2 out(i) end
---
while false do out("never") end while nil do local function f() return f end end local i = 0 while true do i = i + 1 if i > 3 then break end end out(i) repeat i = i - 1 until true out(i)
---
if nil then local x = 1 elseif false then local y = 2 else out("else") end if true then out("t") else out("f") end if 0 then out(0) end
---
local x <const> = 1
---
goto done
---
break
---
local t = {} t.a, t.b, t.c = (function() return 1, 2, 3 end)() out(t.a, t.b, t.c)
---
local a, b, c = (function() return 1, 2, 3 end)(), 10 out(a, b, c) a, b, c = 0, (function() return 1, 2, 3 end)() out(a, b, c) a, b = (function() return 7, 8 end)() out(a, b)
---
local function outer() local x = 0 return function() x = x + 1 return x end, function() return x end end local inc, get = outer() inc() inc() out(get())
---
local s = "" for i = 1, 5 do s = s .. i .. "," end out(s) out(1 .. 2, 1 .. "", "a" .. 1 + 2)
---
out(0xff, 0xffffffff, 1e300 * 1e10, 2^53, 5 % 3, -5 % 3, 5 % -3, 0x7fffffff)
---
local mt = {} mt.__index = mt function mt.new(x) return setmetatable({x = x}, mt) end function mt:get() return self.x end local o = mt.new(5) out(o:get(), getmetatable(o) == mt)
---
local env = {out = out} local f = setfenv(function() y = 5 out(y) end, env) f() out(env.y, y)
---
local a = {1, 2, 3} for i, v in ipairs(a) do a[i] = v * 2 end out(unpack(a)) local n = 0 for k in pairs({x = 1, y = 2, 3}) do n = n + 1 end out(n)
---
local t = {} t[1.5] = "f" t[-1] = "n" t[0] = "z" t[true] = "b" out(t[1.5], t[-1], t[0], t[true], #t)
---
local x = 1 do local x = 2 out(x) end out(x) local x = x + 5 out(x) local function x() return 1 end out(x())
---
local function fact(n) if n <= 1 then return 1 end return n * fact(n - 1) end out(fact(10)) local function loop(n) if n == 0 then return "done" end return loop(n - 1) end out(loop(5000))
---
local a <close> = 1
---
out(math.abs(-3), math.sqrt(16), math.pow(2, 3), math.modf(3.7), math.ldexp(1, 4), math.frexp(8))
---
out((loadstring("return 1 +"))) out(loadstring("return ...")(5)) out(pcall(loadstring, nil))
---
out(pcall(setmetatable, 1, {})) out(getmetatable({}), getmetatable(setmetatable({}, {__metatable = "p"})), pcall(setmetatable, setmetatable({}, {__metatable = 1}), {}))
---
local a, b, c, d = 1, 2, 3, 4 a, b, c, d = d, c, b, a out(a, b, c, d) local t = {1, 2} t[1], t[2] = t[2], t[1] out(t[1], t[2])
---
local function f(a, b) a, b = b, a return a, b end out(f(1, 2)) local function g(...) local a, b, c = ..., 5 return a, b, c end out(g(1, 2))
---
local x = 5 x = x and x + 1 or x out(x) x = (x > 5 and "big") or "small" out(x) local y = x == "big" and nil or "d" out(y) local z = not (x and y) out(z)
---
local e for b = 0, 3 do e = (...) out(b, e) end

---
-- the places of an assignment are known before its right side runs, but for locals
local t, x, y = {}, nil, nil
N = 1
t[N], x = (function() N = 2 return 5 end)(), 1
out(t[1], t[2])
local T, U = {}, {}
O = T
O.x, y = (function() O = U return 5 end)(), 1
out(T.x, U.x)
local i, s = 1, {}
s[i], x = (function() i = 2 return 5 end)(), 1
out(s[1], s[2])
local u, v = 1, {}
local function f() v[u], x = (function() u = 2 return 5 end)(), 1 out(v[1], v[2]) end
f()
for k = 1, 1 do
  local w = {}
  w[k], x = (function() k = 2 return 5 end)(), 1
  out(w[1], w[2])
end

---
-- a local key is read after the call on the right side, and before it where it is a target too
local t, i = {}, 1
t[i] = (function() i = 2 return 5 end)()
out(t[1], t[2])
local u, j = {}, 1
u[j] = (function() j = 2 return 5 end)() + 1
out(u[1], u[2])
local v, k = {}, 1
v[k] = k == 1 and (function() k = 2 return 5 end)()
out(v[1], v[2])
local w, n = {}, 1
local function f() w[n] = (function() n = 2 return 5 end)() end
f()
out(w[1], w[2])
local x, l = {}, 1
x[l + 0] = (function() l = 2 return 5 end)()
out(x[1], x[2])
local y, m = {}, 1
y[m] = {(function() m = 2 return 5 end)()}
out(type(y[1]), type(y[2]))
---
-- a variable is copied for the places before it only
local function run(how)
  local t, b = {}, 1
  local function set() b = 7 return 4 end
  local function me() b = 7 return t end
  if how == 1 then b, t[b] = set(), 5
  elseif how == 2 then t[b], b = set(), 5
  elseif how == 3 then t[b], me().x, b = 4, 5, 6
  elseif how == 4 then t[b], t[b], b = set(), 5, 3
  elseif how == 5 then b, t[b], b, t[b] = set(), 5, 6, 8
  end
  out(how, b, t[1], t[4], t[5], t[6], t[7], t.x)
end
for how = 1, 5 do run(how) end
---
-- what numbers alone make is no condition
local t, b = {}, 1
local function set() b = 7 return 4 end
b, t[-3 and b] = set(), 5
out(b, t[1], t[4], t[7])
b = 1
b, t[(7 - 4) % 1000 and b] = set(), 6
out(b, t[1], t[4], t[7])
b = 1
b, t[1 / 0 and b] = set(), 7
out(b, t[1], t[4], t[7])
out(-1 and b, -1 or b, not -1, 2 ^ 2 and b, 1 % 0 and 3)
