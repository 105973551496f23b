using System.Collections.Immutable;
using TwinActors.Simulation;
using TwinActors.Testing;
using TwinActors.Twins.Synchronization;

namespace TwinActors.UnitTests.Twins.Synchronization;

public sealed class SynchronizerTests
{
    private static readonly JointProfile Hinge = JointProfile.Unknown("hinge");
    private static readonly JointProfile Wheel = Hinge with { Name = "wheel", IsContinuous = true };

    [Theory]
    [InlineData(1, 20)]
    [InlineData(1, 50)]
    [InlineData(3, 20)]
    [InlineData(3, 50)]
    public void A_perfect_twin_in_motion_has_no_error_from_the_delay_of_its_samples(double speed, int delayMs)
    {
        var run = new Run(Hinge) { DelayMs = delayMs, Position = t => speed * t, Velocity = _ => speed };

        var result = run.Until(seconds: 3);

        Assert.InRange(result.PositionError, 0, 0.002);
        Assert.Equal(speed * run.Now, run.Synchronizer.Compensated[0], 0.002);
        Assert.Equal(speed * run.Now, run.Synchronizer.Positions[0], 0.002);
        Assert.Equal(SyncStatus.Excellent, result.Status);
        // What a comparison of different instants makes of the same twin: speed times delay.
        Assert.Equal(speed * delayMs / 1000, result.LegacyRms, 0.002);
    }

    [Fact]
    public void A_swinging_joint_is_followed_within_two_thousandths()
    {
        var run = new Run(Hinge)
        {
            DelayMs = 30,
            Position = t => 0.5 * Math.Sin(2 * t),
            Velocity = t => Math.Cos(2 * t),
        };

        run.Until(seconds: 1);

        for (var t = 1.0; t < 4; t += 0.01)
        {
            Assert.InRange(run.Until(t).PositionError, 0, 0.002);
        }
    }

    [Fact]
    public void Without_measured_velocities_the_virtual_robot_learns_the_speed_from_the_positions()
    {
        var run = new Run(Hinge) { DelayMs = 20, Position = t => 1.5 * t, Velocity = null };

        var result = run.Until(seconds: 5);

        Assert.Equal(1.5, run.Synchronizer.Velocities[0], 0.01);
        Assert.InRange(result.PositionError, 0, 0.002);
        Assert.True(double.IsNaN(result.VelocityError));
    }

    [Fact]
    public void A_wheel_that_turns_on_has_no_error_where_its_angle_starts_anew()
    {
        var run = new Run(Wheel)
        {
            DelayMs = 20,
            Position = t => Math.IEEERemainder(2 * t, 2 * Math.PI),
            Velocity = _ => 2,
        };

        for (var t = 1.0; t < 4; t += 0.01)
        {
            Assert.InRange(run.Until(t).PositionError, 0, 1e-6);
        }
    }

    [Fact]
    public void A_robot_that_leaves_its_model_is_shown_with_the_size_and_the_reason()
    {
        // Jumps by 0.3 rad at every second sample, as no joint can.
        var run = new Run(Hinge) { Position = t => (int)Math.Round(t * 100) % 2 * 0.3, Velocity = _ => 0 };

        var result = run.Until(seconds: 1);

        Assert.True(result.PositionError > 0.1, $"Error {result.PositionError}.");
        Assert.Equal((SyncStatus.Poor, SyncReason.Model), (result.Status, result.Reason));
        Assert.False(result.IsSynchronized);
    }

    [Fact]
    public void A_status_waits_for_its_ticks_and_silence_does_not_wait()
    {
        var run = new Run(Hinge) { Position = _ => 0, Velocity = _ => 0 };

        Assert.Equal((SyncStatus.Disconnected, SyncReason.Settling), Word(run.Until(seconds: 0.05)));
        Assert.Equal((SyncStatus.Excellent, SyncReason.None), Word(run.Until(seconds: 0.3)));
        Assert.True(run.Last.IsSynchronized);
        run.IsSilent = true;
        Assert.Equal((SyncStatus.Excellent, SyncReason.None), Word(run.Until(seconds: 0.34)));
        Assert.Equal((SyncStatus.Excellent, SyncReason.Stale), Word(run.Until(seconds: 0.37)));
        Assert.False(run.Last.IsSynchronized);
        Assert.Equal((SyncStatus.Warning, SyncReason.Stale), Word(run.Until(seconds: 0.5)));

        Assert.Equal((SyncStatus.Disconnected, SyncReason.Stale), Word(run.Until(seconds: 0.56)));
    }

    [Fact]
    public void A_word_that_is_held_keeps_its_reason()
    {
        var run = new Run(Hinge) { Position = _ => 0, Velocity = _ => 0 };
        run.Until(seconds: 0.3);
        run.IsSilent = true;
        run.Until(seconds: 0.5);
        run.IsSilent = false;

        Assert.Equal((SyncStatus.Warning, SyncReason.Stale), Word(run.Until(seconds: 0.52)));
        Assert.Equal((SyncStatus.Excellent, SyncReason.None), Word(run.Until(seconds: 1)));
    }

    [Fact]
    public void A_robot_that_sends_rarely_is_in_step_at_its_own_pace()
    {
        var run = new Run(Hinge) { Position = t => t, Velocity = _ => 1, EveryTicks = 5 };

        var result = run.Until(seconds: 2);

        Assert.Equal((SyncStatus.Excellent, SyncReason.None), Word(result));
        Assert.True(result.IsSynchronized);
    }

    [Fact]
    public void The_virtual_robot_stands_still_while_the_robot_is_disconnected()
    {
        var run = new Run(Hinge) { Position = t => t, Velocity = _ => 1 };
        run.Until(seconds: 1);
        run.IsSilent = true;

        run.Until(seconds: 10);

        Assert.Equal(1.25, run.Synchronizer.Positions[0], 0.01);
    }

    [Fact]
    public void A_mirror_takes_each_sample_over_whole()
    {
        var run = new Run(Hinge) { Position = t => t < 0.5 ? 0 : 0.3, Velocity = _ => 0 };
        run.Synchronizer.IsMirror = true;

        var result = run.Until(seconds: 0.5);

        Assert.Equal(0.3, result.PositionError, 1e-12);
        Assert.Equal(0.3, run.Synchronizer.Positions[0], 1e-12);
    }

    [Fact]
    public void A_robot_that_stands_where_the_virtual_one_moves_is_held_up()
    {
        var synchronizer = new Synchronizer([Hinge], new SyncOptions());
        synchronizer.Tick(Ms(10), new JointSample(Ms(10), [0], [1]));
        var moving = new JointSample(Ms(20), [0.01], [1]);
        synchronizer.Tick(Ms(20), moving);
        Assert.False(synchronizer.IsHeldUp(moving));

        var held = new JointSample(Ms(30), [0.01], [0]);
        synchronizer.Tick(Ms(30), held);

        Assert.True(synchronizer.IsHeldUp(held));
    }

    [Fact]
    public void A_resync_waits_for_the_next_sample_and_takes_that_over_whole()
    {
        var run = new Run(Hinge) { Position = t => t < 0.5 ? 0 : 0.3, Velocity = _ => 0 };
        run.Until(seconds: 0.5);

        run.Synchronizer.Resync();
        var isRunning = run.Synchronizer.IsRunning;
        var result = run.Until(seconds: 0.51);

        Assert.False(isRunning);
        Assert.Equal(SyncDecision.Aligned, result.Decision);
        Assert.Equal(0.3, run.Synchronizer.Positions[0], 1e-12);
    }

    [Fact]
    public void The_first_sample_behind_a_gap_is_taken_over_whole()
    {
        var run = new Run(Hinge) { Position = t => t < 1 ? 0 : 2, Velocity = _ => 0 };
        run.Until(seconds: 0.5);
        run.IsSilent = true;
        run.Until(seconds: 2);
        run.IsSilent = false;
        run.DelayMs = 700;

        var result = run.Until(seconds: 2.01);

        Assert.Equal(SyncDecision.Aligned, result.Decision);
        Assert.Equal(0, run.Synchronizer.Positions[0] - run.Position(2.01 - 0.7), 1e-12);
    }

    [Fact]
    public void Absent_values_are_left_out_and_nothing_else_is()
    {
        var synchronizer = new Synchronizer([Hinge, Wheel], new SyncOptions());
        synchronizer.Tick(10_000_000, new JointSample(5_000_000, [1, double.NaN], [0, 0]));

        var result = synchronizer.Tick(20_000_000, new JointSample(15_000_000, [1.2, double.NaN], [0, double.NaN]));

        Assert.Equal(1, result.Joints);
        Assert.Equal(0.2, result.PositionError, 1e-12);
        Assert.True(double.IsNaN(synchronizer.Residuals[1]));
        Assert.True(double.IsNaN(synchronizer.Positions[1]));
    }

    [Fact]
    public void A_joint_that_appears_later_is_taken_over_where_it_is()
    {
        var synchronizer = new Synchronizer([Hinge, Wheel], new SyncOptions());
        synchronizer.Tick(Ms(10), new JointSample(Ms(5), [1, double.NaN], [0, 0]));

        var result = synchronizer.Tick(Ms(20), new JointSample(Ms(15), [1, 0.7], [0, 2]));

        Assert.Equal(2, result.Joints);
        Assert.Equal(0.7 + (2 * 0.005), synchronizer.Positions[1], 1e-12);
    }

    [Fact]
    public void A_sample_from_before_or_from_the_future_is_refused_and_a_clock_that_was_set_back_is_followed()
    {
        var synchronizer = new Synchronizer([Hinge], new SyncOptions());
        synchronizer.Tick(Ms(1000), new JointSample(Ms(990), [0], [0]));

        var late = synchronizer.Tick(Ms(1010), new JointSample(Ms(980), [9], [0]));
        var early = synchronizer.Tick(Ms(1020), new JointSample(Ms(1200), [9], [0]));
        var setBack = synchronizer.Tick(Ms(3000), new JointSample(Ms(500), [9], [0]));

        Assert.Equal((SyncDecision.Refused, SyncReason.Clock), (late.Decision, late.Reason));
        Assert.Equal((SyncDecision.Refused, SyncReason.Clock), (early.Decision, early.Reason));
        Assert.Equal((SyncDecision.Aligned, SyncReason.Stale), (setBack.Decision, setBack.Reason));
        Assert.Equal(9, synchronizer.Positions[0]);
    }

    [Fact]
    public void Neither_the_virtual_robot_nor_an_extrapolated_sample_leaves_the_limits()
    {
        var limited = Hinge with { Lower = -1, Upper = 1 };
        var run = new Run(limited) { DelayMs = 50, Position = t => Math.Min(1, t), Velocity = t => t < 1 ? 1 : 0 };

        for (var t = 0.5; t < 2; t += 0.01)
        {
            run.Until(t);
            Assert.InRange(run.Synchronizer.Positions[0], -1, 1);
            Assert.InRange(run.Synchronizer.Compensated[0], -1, 1);
        }
    }

    [Fact]
    public void A_sample_is_not_extrapolated_beyond_the_horizon()
    {
        var synchronizer = new Synchronizer([Hinge], new SyncOptions());
        synchronizer.Tick(Ms(1000), new JointSample(Ms(1000), [0], [2]));

        var result = synchronizer.Tick(Ms(1400), new JointSample(Ms(1000), [0], [2]));

        Assert.Equal(Ms(100), result.HorizonNs);
        Assert.Equal(0.2, synchronizer.Compensated[0], 1e-12);
    }

    [Fact]
    public void The_same_samples_give_the_same_residuals_bit_by_bit()
    {
        static List<long> Residuals()
        {
            var noise = new Random(5);
            var run = new Run(Hinge, Wheel)
            {
                DelayMs = 25,
                Position = t => Math.Sin(3 * t) + (0.01 * noise.NextDouble()),
                Velocity = t => 3 * Math.Cos(3 * t),
            };
            var bits = new List<long>();
            for (var t = 0.01; t < 3; t += 0.01)
            {
                run.Until(t);
                bits.AddRange(run.Synchronizer.Residuals.ToArray().Select(BitConverter.DoubleToInt64Bits));
            }

            return bits;
        }

        Assert.Equal(Residuals(), Residuals());
    }

    [Fact]
    public void A_tick_allocates_nothing()
    {
        var joints = JointProfile.Of(SampleRobots.Load("humanoid"));
        var synchronizer = new Synchronizer(joints, new SyncOptions());
        var (positions, velocities) = (new double[joints.Length], new double[joints.Length]);
        var tick = 3;

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 500; i++, tick++)
            {
                synchronizer.Tick(Ms(10 * tick), new JointSample(Ms((10 * tick) - 25), positions, velocities));
            }
        }));
    }

    [Fact]
    public void Wrong_lengths_wrong_gains_and_time_that_stands_still_are_refused()
    {
        var synchronizer = new Synchronizer([Hinge], new SyncOptions());
        synchronizer.Tick(Ms(10), new JointSample(Ms(10), [0], []));

        Assert.Throws<ArgumentException>(() => synchronizer.Tick(Ms(10), default));
        var error = Assert.Throws<ArgumentException>(
            () => synchronizer.Tick(Ms(20), new JointSample(Ms(20), [0, 0], [])));
        Assert.Contains("1 joints is needed; 2 positions", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new Synchronizer([Hinge], new SyncOptions { PositionGain = 1.5 }));
    }

    private static long Ms(long milliseconds) => milliseconds * 1_000_000;

    private static (SyncStatus Status, SyncReason Reason) Word(SyncResult result) => (result.Status, result.Reason);

    /// <summary>A robot that moves as a function of time, sampled and ticked at 100 Hz.</summary>
    private sealed class Run(params ImmutableArray<JointProfile> joints)
    {
        private long _tick;
        private long _stampMs;

        public Synchronizer Synchronizer { get; } = new(joints, new SyncOptions());

        public int DelayMs { get; set; }

        public required Func<double, double> Position { get; init; }

        public required Func<double, double>? Velocity { get; init; }

        public bool IsSilent { get; set; }

        public int EveryTicks { get; init; } = 1;

        public double Now => _tick * 0.01;

        public SyncResult Last { get; private set; }

        public SyncResult Until(double seconds)
        {
            while (_tick < (long)Math.Round(seconds * 100))
            {
                _tick++;
                if (!IsSilent && _tick % EveryTicks == 0)
                {
                    _stampMs = Math.Max(0, (_tick * 10) - DelayMs);
                }

                Last = Synchronizer.Tick(Ms(_tick * 10), Sample());
            }

            return Last;
        }

        private JointSample Sample()
        {
            if (_stampMs == 0)
            {
                return default;
            }

            var t = _stampMs * 0.001;
            var position = Position(t);
            return new JointSample(
                Ms(_stampMs),
                joints.Select(_ => position).ToArray(),
                Velocity is null ? [] : joints.Select(_ => Velocity(t)).ToArray());
        }
    }
}
