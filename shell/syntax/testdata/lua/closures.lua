local function counter(start)
  local i = start
  return function(step)
    i = i + (step or 1)
    return i
  end, function() i = start end
end
local next_, reset = counter(3)
assert(next_() == 4)
reset();
(function(...)
  local args = {...}
  print(#args, unpack(args))
end)(1, 2, 3)
local memo = setmetatable({}, {__mode = "k", __call = function(self, x)
  local v = rawget(self, x)
  if v == nil then v = x * x; self[x] = v end
  return v
end})
for k, v in pairs {a = 1, b = 2} do memo[k] = v end
local co = coroutine.wrap(function(a)
  while true do a = coroutine.yield(a * 2) end
end)
print(co(1), co(2), pcall(error, {code = 2}))
test = function() return test end
function global(a, b) return a, b end
local x, y = global(1,
  2)
local z = test
if x then elseif y then else end
