import {
  AmbientLight,
  Box3,
  Color,
  CylinderGeometry,
  DirectionalLight,
  GridHelper,
  Mesh,
  MeshStandardMaterial,
  type Object3D,
  PerspectiveCamera,
  Quaternion,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import URDFLoader, { type URDFJoint, type URDFLink, type URDFRobot } from 'urdf-loader';

/** Pose and camera changes are drawn at most this often [Hz]. */
const mostHz = 30;

const up = new Vector3(0, 1, 0);

/** A robot in 3D, drawn from its URDF's boxes, cylinders and spheres, z up. Draws only when something has changed. */
export class RobotView {
  /** Mesh files that are not drawn; sticks stand for links that have nothing else. */
  readonly missingMeshes: number;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(35, 1, 0.01, 100);
  private readonly renderer: WebGLRenderer;
  private readonly orbit: OrbitControls;
  private readonly robot: URDFRobot;
  private readonly ghost: URDFRobot;
  private readonly sizes: ResizeObserver;
  private readonly material = new MeshStandardMaterial({ color: '#8b95a1', roughness: 0.75, metalness: 0.05 });
  private readonly stick = new MeshStandardMaterial({ color: '#6d7884', roughness: 0.9 });
  /** Pushed back a little: where both are in one place the robot hides its ghost. */
  private readonly mist = new MeshStandardMaterial({
    color: '#3f7fd0',
    transparent: true,
    opacity: 0.4,
    depthWrite: false,
    polygonOffset: true,
    polygonOffsetFactor: 2,
    polygonOffsetUnits: 2,
  });
  /** Of a branch: where the robot would be if something were other. */
  private readonly haze = new MeshStandardMaterial({
    color: '#c0763a',
    transparent: true,
    opacity: 0.45,
    depthWrite: false,
  });
  private readonly parse: () => URDFRobot;
  private branch: URDFRobot | null = null;
  private grid: GridHelper | null = null;
  private hasChanged = true;
  private drawnAt = -Infinity;

  /** @throws when the browser has no WebGL, or when the text is not a URDF. */
  constructor(
    private readonly host: HTMLElement,
    urdf: string,
  ) {
    const model = new DOMParser().parseFromString(urdf, 'application/xml');
    this.missingMeshes = model.querySelectorAll('link > visual > geometry > mesh').length;
    const loader = new URDFLoader();
    loader.loadMeshCb = () => undefined;
    this.parse = () => loader.parse(model);
    this.robot = this.parse();
    this.ghost = this.parse();
    this.renderer = new WebGLRenderer({ antialias: true, powerPreference: 'low-power' });
    this.renderer.setPixelRatio(Math.min(2, window.devicePixelRatio));
    this.renderer.domElement.setAttribute('aria-hidden', 'true');
    host.append(this.renderer.domElement);
    if (this.missingMeshes > 0 || !hasShape(this.robot)) {
      this.addSticks(this.robot);
      this.addSticks(this.ghost);
    }
    this.paintPlain();
    this.ghost.visible = false;
    this.scene.add(this.robot, this.ghost, new AmbientLight(0xffffff, 1.6));
    const sun = new DirectionalLight(0xffffff, 2.2);
    sun.position.set(2, -3, 5);
    this.scene.add(sun);
    this.camera.up.set(0, 0, 1);
    this.orbit = new OrbitControls(this.camera, this.renderer.domElement);
    this.orbit.enableZoom = true;
    this.orbit.addEventListener('change', () => (this.hasChanged = true));
    this.frameRobot();
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(host);
  }

  dispose(): void {
    this.sizes.disconnect();
    this.orbit.dispose();
    this.renderer.dispose();
    this.renderer.domElement.remove();
  }

  /** Moves one joint [rad or m]; names that the model does not have and absent values are passed over. */
  pose(joint: string, position: number): void {
    if (!Number.isNaN(position) && this.robot.joints[joint] && this.robot.setJointValue(joint, position)) {
      this.hasChanged = true;
    }
  }

  /** Moves one joint of the ghost, the virtual robot; as `pose`. */
  poseGhost(joint: string, position: number): void {
    if (!Number.isNaN(position) && this.ghost.joints[joint] && this.ghost.setJointValue(joint, position)) {
      this.hasChanged = true;
    }
  }

  /** Shows the ghost, or hides it when there is no virtual robot to show. */
  showGhost(isShown: boolean): void {
    if (this.ghost.visible !== isShown) {
      this.ghost.visible = isShown;
      this.hasChanged = true;
    }
  }

  /** Moves one joint of the second ghost, a branch; as `pose`. */
  poseBranch(joint: string, position: number): void {
    if (!Number.isNaN(position) && this.branch?.joints[joint] && this.branch.setJointValue(joint, position)) {
      this.hasChanged = true;
    }
  }

  /** Shows the second ghost, or takes it away; it is made when it is needed first. */
  showBranch(isShown: boolean): void {
    if (isShown && !this.branch) {
      this.branch = this.parse();
      if (this.missingMeshes > 0 || !hasShape(this.robot)) {
        this.addSticks(this.branch);
      }
      paint(this.branch, this.haze);
      this.scene.add(this.branch);
      this.hasChanged = true;
    }
    if (this.branch && this.branch.visible !== isShown) {
      this.branch.visible = isShown;
      this.hasChanged = true;
    }
  }

  /** Colours of the theme; `isLive` false draws the robot pale, because its pose is old. */
  dress(background: string, gridColour: string, isLive: boolean): void {
    this.scene.background = new Color(background);
    this.material.transparent = !isLive;
    this.material.opacity = isLive ? 1 : 0.35;
    this.material.needsUpdate = true;
    this.addGrid(gridColour);
    this.hasChanged = true;
  }

  /** Draws when something has changed and the last picture is old enough; `now` in ms. */
  paint(now: number): void {
    if (this.hasChanged && now - this.drawnAt >= 1000 / mostHz - 2) {
      this.hasChanged = false;
      this.drawnAt = now;
      this.renderer.render(this.scene, this.camera);
    }
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width > 0 && height > 0) {
      this.renderer.setSize(width, height);
      this.camera.aspect = width / height;
      this.camera.updateProjectionMatrix();
      this.hasChanged = true;
    }
  }

  /** Looks at the whole robot from the front left, slightly from above. */
  private frameRobot(): void {
    this.robot.updateMatrixWorld(true);
    const box = new Box3().setFromObject(this.robot);
    const size = box.isEmpty() ? 1 : Math.max(0.1, box.getSize(new Vector3()).length());
    const middle = box.isEmpty() ? new Vector3() : box.getCenter(new Vector3());
    const distance = 1.15 * (size / 2 / Math.tan((this.camera.fov * Math.PI) / 360));
    this.camera.position.copy(new Vector3(0.8, -0.75, 0.4).normalize().multiplyScalar(distance).add(middle));
    this.camera.near = size / 100;
    this.camera.far = size * 20;
    this.orbit.target.copy(middle);
    this.orbit.update();
  }

  private addGrid(colour: string): void {
    if (this.grid) {
      this.scene.remove(this.grid);
      this.grid.dispose();
    }
    const box = new Box3().setFromObject(this.robot);
    const floor = box.isEmpty() ? 0 : Math.min(0, box.min.z);
    const edge = box.isEmpty() ? 2 : Math.max(1, Math.ceil(2 * box.getSize(new Vector3()).length()));
    this.grid = new GridHelper(edge, Math.min(40, edge * 4), colour, colour);
    this.grid.rotation.x = Math.PI / 2;
    this.grid.position.z = floor;
    this.scene.add(this.grid);
  }

  /** Robots come in any colour; ours is grey, so that a colour on this page means something abnormal. */
  private paintPlain(): void {
    this.robot.traverse((part) => {
      if (part instanceof Mesh && part.material !== this.stick) {
        part.material = this.material;
      }
    });
    paint(this.ghost, this.mist);
  }

  /** A link of which nothing else can be drawn is shown as sticks from its origin to each joint that it carries. */
  private addSticks(robot: URDFRobot): void {
    for (const link of Object.values(robot.links)) {
      if (!hasOwnShape(link)) {
        for (const joint of link.children) {
          if ((joint as Partial<URDFJoint>).isURDFJoint && joint.position.length() > 1e-4) {
            link.add(this.stickTo(joint.position));
          }
        }
      }
    }
  }

  private stickTo(end: Vector3): Mesh {
    const length = end.length();
    const mesh = new Mesh(new CylinderGeometry(0.012, 0.012, length, 10), this.stick);
    mesh.position.copy(end).multiplyScalar(0.5);
    mesh.quaternion.copy(new Quaternion().setFromUnitVectors(up, end.clone().normalize()));
    return mesh;
  }
}

/** Whether anything of a link itself is drawn; what hangs on its joints does not count. */
function hasOwnShape(link: URDFLink): boolean {
  return link.children.some((child) => !(child as Partial<URDFJoint>).isURDFJoint && hasShape(child));
}

function paint(robot: URDFRobot, material: MeshStandardMaterial): void {
  robot.traverse((part) => {
    if (part instanceof Mesh) {
      part.material = material;
    }
  });
}

function hasShape(part: Object3D): boolean {
  return part instanceof Mesh || part.children.some(hasShape);
}
