import { counted, parts } from './sliding-window.ts';

/**
 * What has to happen at once in Redis. Its clock is everybody's: those of the machines may differ. Each script touches one
 * key, so that it also runs in a cluster.
 */

const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/**
 * Takes one call of every quota of a group, or of none; the same count as `SlidingWindow`.
 *
 * KEYS: the group's counts, by time and part. ARGV: `calls`, `per` of each quota. Returns milliseconds to wait, 0 if taken.
 */
export const takeScript = `${clock}
local counts, stale = {}, {}
local flat = redis.call('HGETALL', KEYS[1])
for i = 1, #flat, 2 do counts[flat[i]] = tonumber(flat[i + 1]) end
local function field(per, part) return per .. ':' .. string.format('%.0f', part) end

local wait, longest = 0, 0
for i = 1, #ARGV, 2 do
  local calls, per = tonumber(ARGV[i]), ARGV[i + 1]
  local width = tonumber(per) / ${parts}
  local part = math.floor(now / width)
  local used = 0
  for age = 0, ${counted} do
    used = used + (counts[field(per, part - age)] or 0)
    if used >= calls then
      wait = math.max(wait, (part - age + ${counted + 1}) * width - now)
      break
    end
  end
  for name in pairs(counts) do
    local own, at = string.match(name, '^(.+):(%d+)$')
    if own == per and tonumber(at) < part - ${counted} then stale[#stale + 1] = name end
  end
  longest = math.max(longest, tonumber(per))
end
if wait > 0 then return math.ceil(wait) end

for _, name in ipairs(stale) do redis.call('HDEL', KEYS[1], name) end
for i = 1, #ARGV, 2 do
  local per = ARGV[i + 1]
  redis.call('HINCRBY', KEYS[1], field(per, math.floor(now / (tonumber(per) / ${parts}))), 1)
end
redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), math.ceil(longest * 1.1)))
return 0`;

/**
 * Writes down that a name rests, and tells everybody who listens. It never shortens what others have said.
 *
 * KEYS: all rests, by name. ARGV: name, milliseconds, level, channel.
 */
export const restScript = `${clock}
local rests, name, level = KEYS[1], ARGV[1], tonumber(ARGV[3])
local ends = now + math.ceil(tonumber(ARGV[2]))
local before = redis.call('HGET', rests, name)
local known, knownLevel = string.match(before or '', '^(%d+) (%d+)$')
if known then
  if tonumber(known) >= ends and tonumber(knownLevel) >= level then return 0 end
  ends, level = math.max(ends, tonumber(known)), math.max(level, tonumber(knownLevel))
end
local value = string.format('%.0f %.0f', ends, level)
if redis.call('HLEN', rests) > 1000 then
  local flat = redis.call('HGETALL', rests)
  for i = 1, #flat, 2 do
    if (tonumber(string.match(flat[i + 1], '^%d+')) or 0) < now then redis.call('HDEL', rests, flat[i]) end
  end
end
redis.call('HSET', rests, name, value)
redis.call('PEXPIRE', rests, math.max(redis.call('PTTL', rests), ends - now + 1000))
redis.call('PUBLISH', ARGV[4], string.format('%.0f ', now) .. value .. ' ' .. name)
return 1`;

/** Every rest as it would be told now. KEYS: all rests, by name. */
export const readScript = `${clock}
local told = {}
local flat = redis.call('HGETALL', KEYS[1])
for i = 1, #flat, 2 do told[#told + 1] = string.format('%.0f ', now) .. flat[i + 1] .. ' ' .. flat[i] end
return told`;
