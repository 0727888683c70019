-- What wrk sends: the lines of a file, each "METHOD path body" with tabs between, from the first on; and what it prints.
-- Arguments: the file; "once", after whose last line nothing more is sent, or "again"; the headers, each "Name: value".
local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long us; } bench_time; int gettimeofday(bench_time *at, void *zone);")

local function now()
  local at = ffi.new("bench_time")
  ffi.C.gettimeofday(at, nil)
  return tonumber(at.s) + tonumber(at.us) / 1e6
end

local threads = {}
function setup(thread)
  threads[#threads + 1] = thread
end

local lines, headers, at, once = {}, {}, 0, false
began, ended = 0, 0

function init(args)
  for line in io.lines(args[1]) do
    local method, path, body = line:match("([^\t]*)\t([^\t]*)\t?(.*)")
    lines[#lines + 1] = { method, path, body }
  end
  once = args[2] == "once"
  for place = 3, #args do
    local name, value = args[place]:match("([^:]*): (.*)")
    headers[name] = value
  end
  began = now()
end

function request()
  at = at + 1
  if at > #lines then
    if once then
      if ended == 0 then ended = now() end
      wrk.thread:stop()
    end
    at = 1
  end
  local line = lines[at]
  return wrk.format(line[1], line[2], headers, line[3] ~= "" and line[3] or nil)
end

function done(summary, latency, requests)
  local first, last, errors = threads[1]:get("began"), threads[1]:get("ended"), summary.errors
  local seconds = last > 0 and last - first or summary.duration / 1e6
  print(string.format('\n{"requests": %d, "seconds": %f, "p50": %f, "p95": %f, "p99": %f, "failed": {"connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d}}',
    summary.requests, seconds, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
