--[[ a long
comment ]]
local s = [==[
line ]] one
]==]
local t = {
  "a", 'b\'', "c\"d", "e\
f", [10] = "x", key = 'y'; "z",
  ["end"] = function(...) local n = select('#', ...) return n, ... end,
}
local n = 0x1F + 3.14e-2 + .5 + 5. * 2^10 % 7 / 3
local b = not (n ~= 3) and n >= 2 or n <= 1 and -n == #s .. ""
for w in s:gmatch "%a+" do
  t[#t + 1] = w:upper()
end
for i = 10, 1, -1 do if i == 5 then break end end
while true do
  do local x = 1; x = x + 1 end
  repeat n = n - 1 until n < 0
  break
end
local f = function() end
f() f{} f"" f'' f[[]];
(f)()
print(("x"):rep(3), (f()))
local date, ls, cat, select = os.date, 1, 2, select
date = ls
cat, ls = ls, cat
local g = ls -- comment, don't mind
  + cat --[[ more ]] - ls
  .. "x"
return (g)
