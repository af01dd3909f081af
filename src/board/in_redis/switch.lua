-- Makes a filled generation the one that is read, unless its lease has run out.
-- KEYS: current, building, retired.  ARGV: generation, channel.  Answers 1, or 0 for a lapsed lease.
local current, building, retired = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Asked a second time because the first answer was lost.
if redis.call('GET', current) == ARGV[1] then
  return 1
end
local lease_end = redis.call('ZSCORE', building, ARGV[1])
if not lease_end or tonumber(lease_end) <= now then
  return 0
end
redis.call('ZREM', building, ARGV[1])
redis.call('SADD', retired, redis.call('GET', current) or 'unbuilt')
redis.call('SET', current, ARGV[1])
redis.call('PUBLISH', ARGV[2], '')
return 1
