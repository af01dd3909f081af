-- What both scripts begin with that change hits: they are told of the generations that stand, or
-- change nothing.
-- KEYS: current, building; for each generation: days; then for each hit: seen, cells, desk.
-- ARGV: expected, filling, lease in ms, channel, days kept, lifetime in seconds, generations;
--       for each hit: day, member of seen, field of cells, time, member of desk or '' for none.
-- Answers {-1, the generations as they are} when the caller's idea of them was out of date.
local current, building = KEYS[1], KEYS[2]
local expected, filling, lease, channel = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local generations = tonumber(ARGV[7])
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

