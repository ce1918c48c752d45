-- SPDX-License-Identifier: GPL-2.0
-- One guest's load: wrk -s load.lua URL -- MANIFEST SEED ZIPF
-- asks for the manifest's files at random and closes with one line of JSON. With
-- an exponent ZIPF of 0 each is as likely as any other; else the one of rank n is
-- asked for in proportion to 1 / n^ZIPF.
local requests = {}
local below = {}                -- probability that the rank is not higher

function init(args)
   for line in io.lines(args[1]) do
      requests[#requests + 1] = wrk.format("GET", "/" .. line:sub(67))
   end
   local sum = 0
   for rank = 1, #requests do
      sum = sum + rank ^ -tonumber(args[3])
      below[rank] = sum
   end
   for rank = 1, #requests do below[rank] = below[rank] / sum end
   math.randomseed(tonumber(args[2]))
end

function request()
   local wanted, low, high = math.random(), 1, #below
   while low < high do
      local middle = math.floor((low + high) / 2)
      if below[middle] < wanted then low = middle + 1 else high = middle end
   end
   return requests[low]
end

function done(summary, latency)
   local e = summary.errors
   local rows = {}
   -- Fine enough for the quantiles of several guests together: at most half a
   -- percent of the requests apart, near the tail a tenth.
   local function row(percent, us)
      rows[#rows + 1] = string.format("[%.1f,%d]", percent, us)
   end
   for p = 5, 975, 5 do row(p / 10, latency:percentile(p / 10)) end
   for p = 976, 999 do row(p / 10, latency:percentile(p / 10)) end
   row(100, latency.max)
   print(string.format('{"requests":%d,"duration_us":%d,"bytes":%d,' ..
      '"failed":%d,"timed_out":%d,"latency_us":[%s]}',
      summary.requests, summary.duration, summary.bytes,
      e.connect + e.read + e.write + e.status, e.timeout,
      table.concat(rows, ",")))
end
