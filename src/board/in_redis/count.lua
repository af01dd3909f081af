-- Counts hits on some generations, each hit once.
-- KEYS: current, building; for each generation: days; then for each hit: seen, cells, desk.
-- ARGV: expected, filling, lease in ms, channel, days kept, lifetime in seconds, generations;
--       for each hit: day, member of seen, field of cells, time, member of desk or '' for none.
-- Answers {hits that were new to the first generation, ''}, or {-1, the generations as they are}
-- when the caller's idea of them was out of date, and then counted nothing.
local current, building = KEYS[1], KEYS[2]
local expected, filling, lease, channel = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local kept, lifetime, generations = tonumber(ARGV[5]), ARGV[6], tonumber(ARGV[7])
local hits = (#ARGV - 7) / 5

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

if filling ~= '' then
  -- A lease that has run out is never renewed: hits may have been recorded without this generation.
  local lease_end = redis.call('ZSCORE', building, filling)
  if not lease_end or tonumber(lease_end) <= now then
    return {-1, ''}
  end
  redis.call('ZADD', building, string.format('%.0f', now + lease), filling)
else
  local standing = redis.call('ZRANGEBYSCORE', building, string.format('(%.0f', now), '+inf')
  table.sort(standing)
  table.insert(standing, 1, redis.call('GET', current) or 'unbuilt')
  standing = table.concat(standing, '\t')
  if standing ~= expected then
    return {-1, standing}
  end
end

local function count(days, seen, cells, desk, day, identity, field, at, entry)
  local is_known = redis.call('ZSCORE', days, day)
  if not is_known and redis.call('ZCARD', days) >= kept
      and tonumber(day) < tonumber(redis.call('ZRANGE', days, 0, 0)[1]) then
    return 0
  end
  if redis.call('SADD', seen, identity) == 0 then
    return 0
  end
  redis.call('HINCRBY', cells, field, 1)
  if entry ~= '' then
    redis.call('ZADD', desk, at, entry)
  end
  if not is_known then
    redis.call('ZADD', days, day, day)
    redis.call('ZREMRANGEBYRANK', days, 0, -kept - 1)
  end
  for _, key in ipairs({days, seen, cells, desk}) do
    redis.call('EXPIRE', key, lifetime)
  end
  return 1
end

local counted = 0
for generation = 1, generations do
  local base = 2 + (generation - 1) * (1 + 3 * hits)
  local new = 0
  for hit = 0, hits - 1 do
    local key, arg = base + 2 + 3 * hit, 8 + 5 * hit
    new = new + count(KEYS[base + 1], KEYS[key], KEYS[key + 1], KEYS[key + 2],
      ARGV[arg], ARGV[arg + 1], ARGV[arg + 2], ARGV[arg + 3], ARGV[arg + 4])
  end
  if generation == 1 then
    counted = new
  end
end
if counted > 0 and filling == '' then
  redis.call('PUBLISH', channel, '')
end
return {counted, ''}
