package main

import (
	"strings"
	"testing"

	"marsh/remote/sshtest"
)

// drain is a loop of receives until a job has ended and has no more data: it returns how
// many records came, and fails where one is missing, comes twice or in another order.
const drain = `function drain(j)
  local n, ended = 0, false
  repeat
    ended = j.State == "Completed" and not j.HasMoreData
    for _, v in ipairs(all_of(j)) do
      n = n + 1
      if v ~= n then error("record " .. n .. " is " .. tostring(v)) end
    end
    if not ended then sleep(0.001) end
  until ended
  return n
end
function all_of(j)
  $part = receive-job $j
  if type(part) ~= "table" then part = {part} end
  return part
end
`

// A loop of receives sees each record of a job once, in order, and ends: of jobs here and
// of jobs that run over a session, also of many at a time.
func TestReceiveLoopsNearAndFar(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	got := marsh(t, "", "-F", server.Config(), "-c", drain+receiveLoops()).want(t, 0)
	if want := "7200\n300\n"; got.stdout != want {
		t.Errorf("got %q, want %q\n%s", got.stdout, want, got.stderr)
	}
}

func receiveLoops() string {
	return strings.ReplaceAll(`
$s = new-session Server01
local all = {}
for i = 1, 12 do
  all[#all+1] = invoke-command -session $s -asjob { for k = 1, 300 do emit(k) end }
  all[#all+1] = start-job { for k = 1, 300 do emit(k) end }
end
local sum = 0
for _, j in ipairs(all) do sum = sum + drain(j) end
=sum
$n = invoke-command -session $s {
  DRAIN
  $far = start-job { for k = 1, 300 do emit(k) end }
  return drain(far)
}
=n
get-job -hasmoredata $true
remove-session $s`, "DRAIN", drain)
}

// Several who receive from one job that runs over a session share what it writes: each
// record goes to one of them, and each of them ends.
func TestReceiversShareAFarJob(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	got := marsh(t, "", "-F", server.Config(), "-c", `
$s = new-session Server01
$j = invoke-command -session $s -asjob { for k = 1, 3000 do emit(k) end }
$id = j.Id
local readers = {}
for i = 1, 4 do readers[i] = start-job { receive-job $using:id -wait } end
local times, n = {}, 0
for _, r in ipairs(readers) do
  for _, v in ipairs(receive_job(wait_job(r, {force = true})) or {}) do
    times[v] = (times[v] or 0) + 1
    n = n + 1
  end
end
for k = 1, 3000 do if times[k] ~= 1 then error("record " .. k .. " came " .. tostring(times[k]) .. " times") end end
=n
=j.State, j.HasMoreData
remove-session $s`).want(t, 0)
	if want := "3000\nCompleted\nFalse\n"; got.stdout != want {
		t.Errorf("got %q, want %q\n%s", got.stdout, want, got.stderr)
	}
}

// What is said of how a job went is the same near and far: the reason, the exit status,
// the machine, and the times, which are those of the clock here, where the job is listed.
func TestOutcomesNearAndFar(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	const outcome = `
function now() return wait_job(start_job({scriptblock = ""})).PSEndTime end
function outcome(j)
  local c = j.ChildJobs[1]
  local r = j.Reason
  write-output "$(j.State) $(r and r.Kind or '-') $(j.ExitStatus) $(#j.ChildJobs) $(c.State) $(c.ExitStatus)"
  if not (before <= j.PSBeginTime and j.PSBeginTime <= j.PSEndTime and j.PSEndTime <= now()) then error("times") end
end
`
	for text, want := range map[string]string{
		`return 1`:            "Completed - 0 1 Completed 0",
		`!exit 3`:             "Failed ExitStatus 3 1 Failed 3",
		`exit 4`:              "Failed ExitStatus 4 1 Failed 4",
		`error("x")`:          "Failed Script  1 Failed ",
		`get-content /nosuch`: "Completed - 0 1 Completed 0",
	} {
		got := marsh(t, "", "-F", server.Config(), "-c", strings.ReplaceAll(outcome+`
before = now()
$s = new-session Server01
outcome(wait_job(start_job({scriptblock = [[BLOCK]]})))
outcome(wait_job(start_job({scriptblock = [[BLOCK]], isolated = true})))
$j = invoke-command -session $s { BLOCK } -asjob | wait-job
outcome(j)
remove-session $s`, "BLOCK", text)).want(t, 0)
		if got.stdout != strings.Repeat(want+"\n", 3) {
			t.Errorf("%s\ngot  %q\nwant %q each time\n%s", text, got.stdout, want, got.stderr)
		}
	}
}
