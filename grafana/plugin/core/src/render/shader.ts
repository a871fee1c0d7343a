/** GLSL of the four kinds of things a display list holds. Colours are premultiplied on the way out. */

const HEAD = `#version 300 es
precision highp float;
uniform vec3 view; uniform vec2 screen;
vec4 toClip(vec2 p) { vec2 c = p / screen * 2.0 - 1.0; return vec4(c.x, -c.y, 0.0, 1.0); }
`;

const FRAGMENT = `#version 300 es
precision highp float;
out vec4 color;
`;

export const DISC_VERTEX = `${HEAD}
layout(location=0) in vec2 corner;
layout(location=1) in vec4 place;
layout(location=2) in vec4 fillIn;
layout(location=3) in vec4 strokeIn;
layout(location=4) in float levelIn;
layout(location=5) in vec4 liquidIn;
out vec2 at; out vec4 fill; out vec4 stroke; out vec4 liquid;
flat out float radius; flat out float line; flat out float level;
void main() {
  radius = place.z * view.z; line = place.w * view.z; level = levelIn;
  fill = fillIn; stroke = strokeIn; liquid = liquidIn;
  at = corner * (radius + 1.5);
  gl_Position = toClip(place.xy * view.z + view.xy + at);
}`;

export const DISC_FRAGMENT = `${FRAGMENT}
in vec2 at; in vec4 fill; in vec4 stroke; in vec4 liquid;
flat in float radius; flat in float line; flat in float level;
vec4 over(vec4 top, vec4 under) { return top + under * (1.0 - top.a); }
void main() {
  float d = length(at);
  if (level < -1.5) { float a = fill.a * (1.0 - smoothstep(radius * 0.45, radius, d)); color = vec4(fill.rgb * a, a); return; }
  float cover = clamp(radius - d + 0.5, 0.0, 1.0);
  vec4 c = vec4(fill.rgb * fill.a, fill.a);
  if (level > 0.0) { float a = liquid.a * clamp(at.y - radius * (1.0 - 2.0 * level) + 0.5, 0.0, 1.0); c = over(vec4(liquid.rgb * a, a), c); }
  if (line > 0.0) { float a = stroke.a * clamp(d - (radius - line) + 0.5, 0.0, 1.0); c = over(vec4(stroke.rgb * a, a), c); }
  color = c * cover;
}`;

export const ARC_VERTEX = `${HEAD}
layout(location=0) in vec2 corner;
layout(location=1) in vec4 place;
layout(location=2) in vec2 spanIn;
layout(location=3) in vec4 tintIn;
out vec2 at; out vec4 tint; flat out float radius; flat out float width; flat out vec2 span;
void main() {
  radius = place.z * view.z; width = place.w * view.z; span = spanIn; tint = tintIn;
  at = corner * (radius + 1.5);
  gl_Position = toClip(place.xy * view.z + view.xy + at);
}`;

export const ARC_FRAGMENT = `${FRAGMENT}
in vec2 at; in vec4 tint; flat in float radius; flat in float width; flat in vec2 span;
void main() {
  float d = length(at);
  float cover = clamp(radius - d + 0.5, 0.0, 1.0) * clamp(d - (radius - width) + 0.5, 0.0, 1.0);
  if (span.y < 0.999) {
    float turn = fract(atan(at.x, -at.y) / 6.2831853 - span.x + 1.0);
    cover *= clamp((span.y - turn) * 6.2831853 * d + 0.5, 0.0, 1.0) * clamp(turn * 6.2831853 * d + 0.5, 0.0, 1.0);
  }
  float a = tint.a * cover;
  color = vec4(tint.rgb * a, a);
}`;

export const CURVE_VERTEX = `${HEAD}
layout(location=0) in vec2 corner;
layout(location=1) in vec4 first;
layout(location=2) in vec4 second;
layout(location=3) in float widthIn;
layout(location=4) in vec4 tintIn;
layout(location=5) in vec3 paceIn;
layout(location=6) in vec4 flowIn;
out vec4 tint; out vec4 flow; out float aside; out float way; flat out float half_; flat out vec3 pace;
void main() {
  vec2 a = first.xy * view.z + view.xy, b = first.zw * view.z + view.xy;
  vec2 c = second.xy * view.z + view.xy, d = second.zw * view.z + view.xy;
  float t = corner.x, s = 1.0 - t;
  vec2 p = s*s*s*a + 3.0*s*s*t*b + 3.0*s*t*t*c + t*t*t*d;
  vec2 g = 3.0*s*s*(b-a) + 6.0*s*t*(c-b) + 3.0*t*t*(d-c);
  vec2 n = vec2(-g.y, g.x) / max(length(g), 1e-4);
  float lengthOf = (length(b-a) + length(c-b) + length(d-c) + length(d-a)) * 0.5;
  half_ = widthIn * 0.5; pace = paceIn; tint = tintIn; flow = flowIn;
  float reach = half_ + 1.0;
  aside = corner.y * reach; way = t * lengthOf;
  gl_Position = toClip(p + n * aside);
}`;

export const CURVE_FRAGMENT = `${FRAGMENT}
in vec4 tint; in vec4 flow; in float aside; in float way; flat in float half_; flat in vec3 pace;
uniform float seconds;
void main() {
  float cover = clamp(half_ + 0.5 - abs(aside), 0.0, 1.0);
  if (pace.z > 0.5) cover *= smoothstep(0.62, 0.5, fract(way / 9.0));
  vec4 c = vec4(tint.rgb * tint.a, tint.a);
  if (pace.x > 0.0) {
    float f = fract(way / 46.0 - seconds * pace.x / 46.0 - pace.y);
    float a = flow.a * smoothstep(0.66, 0.94, f) * (1.0 - smoothstep(0.97, 1.0, f));
    c = vec4(flow.rgb * a, a) + c * (1.0 - a);
  }
  color = c * cover;
}`;

export const SPRITE_VERTEX = `${HEAD}
layout(location=0) in vec2 corner;
layout(location=1) in vec3 place;
layout(location=2) in vec2 kind;
layout(location=3) in vec4 tintIn;
uniform vec2 cells;
out vec2 uv; out vec4 tint;
void main() {
  float size = place.z * view.z * 1.142857;
  vec2 q = corner * 0.5 * size;
  float s = sin(kind.x), c = cos(kind.x);
  vec2 turned = vec2(q.x * c - q.y * s, q.x * s + q.y * c);
  uv = (vec2(mod(kind.y, cells.x), floor(kind.y / cells.x)) + corner * 0.5 + 0.5) / cells;
  tint = tintIn;
  gl_Position = toClip(place.xy * view.z + view.xy + turned);
}`;

export const SPRITE_FRAGMENT = `${FRAGMENT}
in vec2 uv; in vec4 tint;
uniform sampler2D glyphs;
void main() { float a = texture(glyphs, uv).a * tint.a; color = vec4(tint.rgb * a, a); }`;
