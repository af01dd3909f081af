-- Enters a generation that a rebuild is going to fill, and hands over those whose rebuild died.
-- KEYS: building, retired.  ARGV: generation, lease in ms.
local building, retired = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

for _, dead in ipairs(redis.call('ZRANGEBYSCORE', building, '-inf', string.format('%.0f', now))) do
  redis.call('ZREM', building, dead)
  redis.call('SADD', retired, dead)
end
redis.call('ZADD', building, string.format('%.0f', now + ARGV[2]), ARGV[1])
return redis.status_reply('OK')
