-- Counts hits on some generations, each hit once. Begins with hits.lua.
-- Answers {hits that were new to the first generation, ''}.
local kept, lifetime = tonumber(ARGV[5]), ARGV[6]

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
