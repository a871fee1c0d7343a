/** The display list on WebGL2: one instanced draw per batch; moving the camera uploads nothing. */

import type { Camera } from '../scene/camera';
import { ARC, CURVE, DISC, SPRITE, type DisplayList } from '../scene/display';
import { layer, resizeLayer, type Backend } from './backend';
import * as shader from './shader';
import { atlas, ATLAS_CELL, ATLAS_COLUMNS } from './stamp';

interface Attribute {
  readonly offset: number;
  readonly size: number;
  /** A colour word instead of floats. */
  readonly bytes?: boolean;
}

type BatchName = 'hulls' | 'curves' | 'arrows' | 'discs' | 'arcs' | 'sprites';

type Uniforms = Readonly<Partial<Record<string, WebGLUniformLocation | null>>>;

interface Kind {
  readonly program: WebGLProgram;
  readonly uniforms: Uniforms;
  readonly corners: WebGLBuffer;
  readonly vertices: number;
  readonly stride: number;
  readonly attributes: readonly Attribute[];
}

interface Loaded {
  readonly kind: Kind;
  readonly vao: WebGLVertexArrayObject;
  readonly buffer: WebGLBuffer;
  count: number;
}

const SEGMENTS = 18;
const UNIFORMS = ['view', 'screen', 'seconds', 'cells'] as const;

export class WebGLBackend implements Backend {
  readonly name = 'webgl2';
  private readonly canvas: HTMLCanvasElement;
  private readonly gl: WebGL2RenderingContext;
  private readonly loaded: Map<BatchName, Loaded>;
  private size = { width: 1, height: 1 };
  private rows = 1;
  private destroyed = false;

  /** Throws when the browser gives no context; `onLost` is called when it takes it away. */
  constructor(container: HTMLElement, onLost: () => void) {
    this.canvas = layer(container);
    const gl = this.canvas.getContext('webgl2', { antialias: false, alpha: true, premultipliedAlpha: true });
    if (gl === null) {
      this.canvas.remove();
      throw new Error('This browser has no WebGL2.');
    }
    this.gl = gl;
    this.canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      if (!this.destroyed) onLost();
    });
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.loaded = this.prepare();
    this.loadAtlas();
  }

  /** What draws: a name with which software rasterisers can be told from real ones. */
  static renderer(container: HTMLElement): string | null {
    const canvas = container.ownerDocument.createElement('canvas');
    const gl = canvas.getContext('webgl2');
    if (gl === null) return null;
    const info = gl.getExtension('WEBGL_debug_renderer_info');
    const name = String(gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
    gl.getExtension('WEBGL_lose_context')?.loseContext();
    return name;
  }

  resize(width: number, height: number, ratio: number): void {
    this.size = { width, height };
    resizeLayer(this.canvas, width, height, ratio);
    this.gl.viewport(0, 0, this.canvas.width, this.canvas.height);
  }

  upload(list: DisplayList): void {
    const { gl } = this;
    for (const [name, loaded] of this.loaded) {
      const batch = list[name];
      loaded.count = batch.length;
      gl.bindBuffer(gl.ARRAY_BUFFER, loaded.buffer);
      gl.bufferData(gl.ARRAY_BUFFER, batch.floats.subarray(0, batch.length * batch.stride), gl.DYNAMIC_DRAW);
    }
  }

  draw(_list: DisplayList, camera: Camera, seconds: number): void {
    const { gl } = this;
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    for (const { kind, vao, count } of this.loaded.values()) {
      if (count === 0) continue;
      gl.useProgram(kind.program);
      gl.uniform3f(kind.uniforms.view ?? null, camera.x, camera.y, camera.k);
      gl.uniform2f(kind.uniforms.screen ?? null, this.size.width, this.size.height);
      gl.uniform1f(kind.uniforms.seconds ?? null, seconds % 4600);
      gl.uniform2f(kind.uniforms.cells ?? null, ATLAS_COLUMNS, this.rows);
      gl.bindVertexArray(vao);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, kind.vertices, count);
    }
  }

  animate(list: DisplayList, camera: Camera, seconds: number): void {
    if (list.flowing) this.draw(list, camera, seconds);
  }

  destroy(): void {
    this.destroyed = true;
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
    this.canvas.remove();
  }

  private prepare(): Map<BatchName, Loaded> {
    const square = this.fill(new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]));
    const strip = new Float32Array((SEGMENTS + 1) * 4);
    for (let step = 0; step <= SEGMENTS; step += 1) strip.set([step / SEGMENTS, -1, step / SEGMENTS, 1], step * 4);
    const disc = this.kind(shader.DISC_VERTEX, shader.DISC_FRAGMENT, square, 4, DISC.stride, [
      { offset: DISC.x, size: 4 },
      { offset: DISC.fill, size: 4, bytes: true },
      { offset: DISC.stroke, size: 4, bytes: true },
      { offset: DISC.level, size: 1 },
      { offset: DISC.liquid, size: 4, bytes: true },
    ]);
    const arc = this.kind(shader.ARC_VERTEX, shader.ARC_FRAGMENT, square, 4, ARC.stride, [
      { offset: ARC.x, size: 4 },
      { offset: ARC.start, size: 2 },
      { offset: ARC.color, size: 4, bytes: true },
    ]);
    const curve = this.kind(shader.CURVE_VERTEX, shader.CURVE_FRAGMENT, this.fill(strip), 2 * (SEGMENTS + 1), CURVE.stride, [
      { offset: CURVE.points, size: 4 },
      { offset: CURVE.points + 4, size: 4 },
      { offset: CURVE.width, size: 1 },
      { offset: CURVE.color, size: 4, bytes: true },
      { offset: CURVE.speed, size: 3 },
      { offset: CURVE.flow, size: 4, bytes: true },
    ]);
    const sprite = this.kind(shader.SPRITE_VERTEX, shader.SPRITE_FRAGMENT, square, 4, SPRITE.stride, [
      { offset: SPRITE.x, size: 3 },
      { offset: SPRITE.turn, size: 2 },
      { offset: SPRITE.color, size: 4, bytes: true },
    ]);
    // In the order of drawing.
    return new Map<BatchName, Loaded>([
      ['hulls', this.load(disc)],
      ['curves', this.load(curve)],
      ['arrows', this.load(sprite)],
      ['discs', this.load(disc)],
      ['arcs', this.load(arc)],
      ['sprites', this.load(sprite)],
    ]);
  }

  private kind(vertex: string, fragment: string, corners: WebGLBuffer, vertices: number, stride: number, attributes: readonly Attribute[]): Kind {
    const program = link(this.gl, vertex, fragment);
    const uniforms = Object.fromEntries(UNIFORMS.map((name) => [name, this.gl.getUniformLocation(program, name)]));
    return { program, uniforms, corners, vertices, stride, attributes };
  }

  private load(kind: Kind): Loaded {
    const { gl } = this;
    const vao = gl.createVertexArray();
    const buffer = gl.createBuffer();
    gl.bindVertexArray(vao);
    gl.bindBuffer(gl.ARRAY_BUFFER, kind.corners);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    kind.attributes.forEach(({ offset, size, bytes }, index) => {
      gl.enableVertexAttribArray(index + 1);
      gl.vertexAttribPointer(index + 1, size, bytes === true ? gl.UNSIGNED_BYTE : gl.FLOAT, bytes === true, kind.stride * 4, offset * 4);
      gl.vertexAttribDivisor(index + 1, 1);
    });
    gl.bindVertexArray(null);
    return { kind, vao, buffer, count: 0 };
  }

  private fill(data: Float32Array): WebGLBuffer {
    const { gl } = this;
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
    return buffer;
  }

  private loadAtlas(): void {
    const { gl } = this;
    const picture = atlas();
    this.rows = picture.height / ATLAS_CELL;
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    gl.generateMipmap(gl.TEXTURE_2D);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  }
}

function link(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const compiled = gl.createShader(type);
    if (compiled === null) throw new Error('WebGL2 gave no shader.');
    gl.shaderSource(compiled, source);
    gl.compileShader(compiled);
    gl.attachShader(program, compiled);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(`WebGL2: ${gl.getProgramInfoLog(program) ?? 'link failed'}`);
  return program;
}
