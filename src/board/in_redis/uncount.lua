-- Takes hits off some generations, each hit once. Begins with hits.lua.
-- Answers {hits that stood on the first generation, ''}.

-- A hit that was counted as somebody else's stands on another desk or in another cell, and stays. One
-- of a rule on trial stands on no desk.
local function uncount(days, seen, cells, desk, day, identity, field, entry)
  if redis.call('SISMEMBER', seen, identity) == 0 or redis.call('HEXISTS', cells, field) == 0 then
    return 0
  end
  if entry ~= '' and redis.call('ZREM', desk, entry) == 0 then
    return 0
  end
  redis.call('SREM', seen, identity)
  if redis.call('HINCRBY', cells, field, -1) <= 0 then
    redis.call('HDEL', cells, field)
  end
  -- A day without hits is no day, as it would be none after a rebuild.
  if redis.call('EXISTS', cells) == 0 then
    redis.call('ZREM', days, day)
  end
  return 1
end

local uncounted = 0
for generation = 1, generations do
  local base = 2 + (generation - 1) * (1 + 3 * hits)
  local gone = 0
  for hit = 0, hits - 1 do
    local key, arg = base + 2 + 3 * hit, 8 + 5 * hit
    gone = gone + uncount(KEYS[base + 1], KEYS[key], KEYS[key + 1], KEYS[key + 2],
      ARGV[arg], ARGV[arg + 1], ARGV[arg + 2], ARGV[arg + 4])
  end
  if generation == 1 then
    uncounted = gone
  end
end
if uncounted > 0 and filling == '' then
  redis.call('PUBLISH', channel, '')
end
return {uncounted, ''}
