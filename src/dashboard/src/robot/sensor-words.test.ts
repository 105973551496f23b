import { describe, expect, it } from 'vitest';
import { field, sensorWords } from './sensor-words.ts';

describe('sensor words', () => {
  it('says the newest value with the units that the ROS type fixes', () => {
    const imu = { linear_acceleration: { x: 0, y: -0.1, z: 9.81 }, angular_velocity: { x: 0, y: 0, z: 0.5 } };

    expect(sensorWords('sensor_msgs/msg/Imu', imu)).toBe(
      'acceleration 0.00  −0.10  9.81 m/s² · turning 0.000  0.000  0.500 rad/s',
    );
    expect(sensorWords('sensor_msgs/msg/BatteryState', { voltage: 48.1, current: -3.2, percentage: 0.83 })).toBe(
      '48.10 V · −3.20 A · 83 %',
    );
    expect(sensorWords('sensor_msgs/msg/LaserScan', { ranges: [null, 2.5, 0, 1.25] })).toBe('nearest 1.25 m · 4 rays');
  });

  it('says how many bytes a compressed image has, which comes without them', () => {
    const image = { format: 'jpeg', data: { length: 20481, reference: '/arm1/camera/compressed@1' } };

    expect(sensorWords('sensor_msgs/msg/CompressedImage', image)).toBe('jpeg · 20481 bytes');
  });

  it('shows absent numbers as absent', () => {
    expect(sensorWords('sensor_msgs/msg/BatteryState', { voltage: 48, current: null, percentage: null })).toBe(
      '48.00 V · – A',
    );
    expect(sensorWords('sensor_msgs/msg/Temperature', null)).toBe('no message yet');
  });

  it('names the worst of the diagnostics', () => {
    const status = [
      { level: 0, name: 'arm', message: 'fine' },
      { level: 2, name: 'knee', message: 'hot' },
    ];

    expect(sensorWords('diagnostic_msgs/msg/DiagnosticArray', { status })).toBe('2 statuses, worst error: knee hot');
  });

  it('counts the elements that the node has left out', () => {
    const value = { status: [{ level: 0, name: 'arm', message: 'fine' }], 'status[]': 1500 };

    expect(sensorWords('diagnostic_msgs/msg/DiagnosticArray', value)).toBe('1500 statuses, worst ok');
  });

  it('names the first transforms', () => {
    const transforms = ['a', 'b', 'c', 'd'].map((child) => ({ header: { frame_id: 'map' }, child_frame_id: child }));

    expect(sensorWords('tf2_msgs/msg/TFMessage', { transforms })).toBe('map → a · map → b · map → c · 1 more');
    expect(sensorWords('tf2_msgs/msg/TFMessage', { transforms: [] })).toBe('–');
  });

  it('shows the first values of an array of numbers', () => {
    const nine = [0.5, -12.25, 341.7, 0, 0, 0, 0, 0, 0];

    expect(sensorWords('std_msgs/msg/Float64MultiArray', { layout: { dim: [], data_offset: 0 }, data: nine })).toBe(
      '0.500  −12.3  342  0.000  0.000  0.000  0.000  0.000 … of 9',
    );
    expect(sensorWords('std_msgs/msg/Float32MultiArray', { data: [] })).toBe('no numbers');
  });

  it('shows the first fields of a type that it has no words for, without the header', () => {
    const value = { header: { frame_id: 'base' }, grip: { force: 1.5, closed: true }, fingers: [1, 2], name: 'left' };

    expect(sensorWords('acme_msgs/msg/Gripper', value)).toBe(
      'grip.force 1.500 · grip.closed true · fingers [2] · name left',
    );
  });

  it('reads a path from nested objects, and nothing where there is none', () => {
    expect(field({ a: { b: 1 } }, 'a.b')).toBe(1);
    expect(field({ a: 3 }, 'a.b')).toBeUndefined();
  });
});
