-- a small object library
local Account = {}
Account.__index = Account

function Account.new(balance)
  return setmetatable({balance = balance or 0, log = {}}, Account)
end

function Account:deposit(v)
  if v <= 0 then error("bad amount", 2) end
  self.balance = self.balance + v; self.log[#self.log + 1] = {"in", v}
end

function Account:withdraw(v)
  if v > self.balance then
    error "insufficient funds"
  elseif v == 0 then
    return nil, "nothing"
  else
    self.balance = self.balance - v
  end
  return self
end

local a = Account.new(10)
a:deposit(5)
a:withdraw(3):withdraw(2)
print(a.balance, #a.log, a.log[1][2])
return Account
