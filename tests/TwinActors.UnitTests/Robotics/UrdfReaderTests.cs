using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Urdf;
using Xunit;

namespace TwinActors.UnitTests.Robotics;

public sealed class UrdfReaderTests
{
    private const string Arm = """
        <?xml version="1.0"?>
        <robot name="arm">
          <material name="steel"><color rgba="0.5 0.5 0.6 1"/></material>
          <link name="foot">
            <inertial>
              <origin xyz="0 0 0.1"/>
              <mass value="4"/>
              <inertia ixx="0.1" ixy="0" ixz="0" iyy="0.1" iyz="0" izz="0.05"/>
            </inertial>
            <visual>
              <origin xyz="0 0 0.1" rpy="0 0 1.5707963267948966"/>
              <geometry><cylinder radius="0.1" length="0.2"/></geometry>
              <material name="steel"/>
            </visual>
            <collision name="hull"><geometry><box size="0.2 0.3 0.4"/></geometry></collision>
          </link>
          <link name="arm"/>
          <link name="slide"/>
          <link name="finger"/>
          <joint name="turn" type="revolute">
            <parent link="foot"/><child link="arm"/>
            <origin xyz="0 0 0.2" rpy="0 0 1.5707963267948966"/>
            <axis xyz="0 0 1"/>
            <limit lower="-1" upper="2" velocity="3" effort="40"/>
            <dynamics damping="0.7" friction="0.2"/>
            <safety_controller soft_lower_limit="-0.9" soft_upper_limit="1.9" k_position="20" k_velocity="5"/>
            <calibration rising="0.1"/>
          </joint>
          <joint name="out" type="prismatic">
            <parent link="arm"/><child link="slide"/>
            <axis xyz="1 0 0"/>
            <limit lower="0" upper="0.5" velocity="1" effort="10"/>
          </joint>
          <joint name="grip" type="prismatic">
            <parent link="slide"/><child link="finger"/>
            <axis xyz="0 1 0"/>
            <limit lower="0" upper="0.05" velocity="1" effort="10"/>
            <mimic joint="out" multiplier="0.1" offset="0.001"/>
          </joint>
        </robot>
        """;

    [Fact]
    public void A_complete_document_becomes_a_model_without_problems()
    {
        var result = UrdfReader.Read(Arm, "arm.urdf");

        Assert.Empty(result.Problems);
        Assert.True(result.IsValid);
        var model = result.Model;
        Assert.Equal("arm", model.Name);
        Assert.Equal("foot", model.Root.Name);
        Assert.Equal(["turn", "out", "grip"], model.MovableJoints.Select(joint => joint.Name));
        Assert.Equal(2, model.DegreesOfFreedom);
        Assert.Equal(4, model.Mass);
        Assert.Equal(new Colour(0.5, 0.5, 0.6, 1), model.FindLink("foot")?.Visuals[0].Material?.Colour);
        Assert.Equal(new Shape.Cylinder(0.1, 0.2), model.FindLink("foot")?.Visuals[0].Shape);
        Assert.Equal("hull", model.FindLink("foot")?.Collisions[0].Name);
    }

    [Fact]
    public void A_joint_keeps_its_limits_losses_soft_limits_and_mimic()
    {
        var model = Read(Arm);

        var turn = model.FindJoint("turn");
        Assert.NotNull(turn);
        Assert.Equal(new JointLimits(-1, 2, 3, 40), turn.Limits);
        Assert.Equal(new JointDynamics(0.7, 0.2), turn.Dynamics);
        Assert.Equal(new SafetyController(-0.9, 1.9, 20, 5), turn.Safety);
        Assert.Equal(new JointCalibration(0.1, null), turn.Calibration);
        Assert.Equal(new JointMimic("out", 0.1, 0.001), model.FindJoint("grip")?.Mimic);
        var onX = turn.Origin.Apply(Vector3.UnitX);
        Assert.Equal(0, onX.X, 12);
        Assert.Equal(1, onX.Y, 12);
        Assert.Equal(0.2, onX.Z, 12);
    }

    [Fact]
    public void Excess_counts_from_the_nearest_limit()
    {
        var limits = new JointLimits(-1, 2, 3, 40);

        Assert.Equal(0, limits.Excess(0.5));
        Assert.Equal(0.5, limits.Excess(2.5));
        Assert.Equal(0.25, limits.Excess(-1.25));
        Assert.Equal(0, new JointLimits(null, null, 1, 1).Excess(1e9));
    }

    [Theory]
    [InlineData("""<robot name="r"><link name="a"><link></robot>""", "not well-formed", 1)]
    [InlineData("""<sdf version="1.7"/>""", "URDF begins with <robot>", 1)]
    [InlineData("<robot><link name=\"a\"/></robot>", "needs the attribute 'name'", 1)]
    [InlineData("<robot name=\"r\"/>", "has no links", 1)]
    [InlineData("<robot name=\"r\">\n<link name=\"a\"/>\n<link name=\"a\"/></robot>", "is on line 2", 3)]
    [InlineData("<robot name=\"r\">\n<link name=\"a\"/>\n<link name=\"b\"/></robot>", "no parent: 'a', 'b'", 3)]
    public void A_document_that_is_no_model_names_the_place_and_the_reason(string xml, string message, int line)
    {
        var result = UrdfReader.Read(xml, "test");

        Assert.False(result.IsValid);
        var problem = Assert.Single(result.Problems, p => p.Severity is UrdfSeverity.Error);
        Assert.Contains(message, problem.ToString(), StringComparison.Ordinal);
        Assert.Equal(line, problem.Line);
        Assert.True(problem.Column > 0);
    }

    [Theory]
    [InlineData("type=\"hinge\"", "", "is no joint type")]
    [InlineData("type=\"revolute\"", "", "is revolute and has no <limit>")]
    [InlineData("type=\"prismatic\"", "", "is prismatic and has no <limit>")]
    [InlineData("type=\"continuous\"", "<axis xyz=\"0 0 0\"/>", "has no direction")]
    [InlineData("type=\"continuous\"", "<axis xyz=\"0 0\"/>", "is not 3 finite numbers")]
    [InlineData("type=\"continuous\"", "<axis xyz=\"0 0 1 0\"/>", "is not 3 finite numbers")]
    [InlineData("type=\"fixed\"", "<origin xyz=\"NaN 0 0\"/>", "is not 3 finite numbers")]
    [InlineData("type=\"fixed\"", "<origin rpy=\"0 inf 0\"/>", "is not 3 finite numbers")]
    [InlineData("type=\"fixed\"", "<origin xyz=\"1e999 0 0\"/>", "is not 3 finite numbers")]
    [InlineData("type=\"revolute\"", "<limit lower=\"2\" upper=\"1\" velocity=\"1\" effort=\"1\"/>", "above its upper")]
    [InlineData("type=\"revolute\"", "<limit lower=\"x\" upper=\"1\" velocity=\"1\" effort=\"1\"/>", "not a finite")]
    [InlineData("type=\"revolute\"", "<limit upper=\"1\" velocity=\"-1\" effort=\"1\"/>", "must be above 0")]
    [InlineData("type=\"continuous\"", "<mimic joint=\"k\"/>", "which does not exist")]
    [InlineData("type=\"continuous\"", "<mimic joint=\"j\"/>", "in a circle")]
    public void A_wrong_joint_is_an_error(string type, string inside, string message)
    {
        var xml = $"""
            <robot name="r"><link name="a"/><link name="b"/>
            <joint name="j" {type}><parent link="a"/><child link="b"/>{inside}</joint></robot>
            """;

        var result = UrdfReader.Read(xml, "test");

        Assert.False(result.IsValid);
        Assert.Contains(result.Problems, p => p.Severity is UrdfSeverity.Error && p.Line == 2
            && p.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<inertial><inertia ixx=\"1\" iyy=\"1\" izz=\"1\"/></inertial>", "needs <mass>")]
    [InlineData("<inertial><mass value=\"-1\"/><inertia ixx=\"1\" iyy=\"1\" izz=\"1\"/></inertial>", "not be negative")]
    [InlineData("<visual/>", "needs a shape")]
    [InlineData("<visual><geometry/></visual>", "needs a shape")]
    [InlineData("<visual><geometry><torus/></geometry></visual>", "is no shape of URDF")]
    [InlineData("<visual><geometry><mesh/></geometry></visual>", "needs the attribute 'filename'")]
    [InlineData("<collision><geometry><sphere radius=\"0\"/></geometry></collision>", "must be above 0")]
    [InlineData("<collision><geometry><box size=\"1 -1 1\"/></geometry></collision>", "above 0 along every axis")]
    public void A_wrong_link_is_an_error(string inside, string message)
    {
        var result = UrdfReader.Read($"""<robot name="r"><link name="a">{inside}</link></robot>""", "test");

        Assert.False(result.IsValid);
        Assert.Contains(result.Problems, p => p.Severity is UrdfSeverity.Error
            && p.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_cycle_is_named_link_by_link()
    {
        var result = UrdfReader.Read(
            """
            <robot name="r"><link name="root"/><link name="a"/><link name="b"/>
            <joint name="ab" type="fixed"><parent link="a"/><child link="b"/></joint>
            <joint name="ba" type="fixed"><parent link="b"/><child link="a"/></joint></robot>
            """,
            "test");

        var problem = Assert.Single(result.Problems);
        Assert.Contains("cycle: a → b → a", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_with_two_parents_and_a_misspelt_link_are_errors_with_hints()
    {
        var result = UrdfReader.Read(
            """
            <robot name="r"><link name="root"/><link name="tool"/>
            <joint name="one" type="fixed"><parent link="root"/><child link="tool"/></joint>
            <joint name="two" type="fixed"><parent link="Root"/><child link="tool"/></joint></robot>
            """,
            "test");

        Assert.Contains(
            result.Problems,
            p => p.Message.Contains("child of 'one' and of 'two'", StringComparison.Ordinal));
        Assert.Contains(result.Problems, p => p.Hint == "did you mean 'root'?" && p.Line == 3);
    }

    [Theory]
    [InlineData("""<!DOCTYPE robot [<!ENTITY x SYSTEM "file:///etc/passwd">]><robot name="&x;"/>""")]
    [InlineData("""<!DOCTYPE robot SYSTEM "http://127.0.0.1:1/robot.dtd"><robot name="r"><link name="a"/></robot>""")]
    public void Document_types_and_entities_are_refused(string xml)
    {
        var result = UrdfReader.Read(xml, "test");

        var problem = Assert.Single(result.Problems);
        Assert.Contains("document type declaration", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_that_is_too_long_is_refused_unread()
    {
        var result = UrdfReader.Read(new string(' ', UrdfReader.MaximumCharacters + 1), "test");

        Assert.Contains("at most 4194304", Assert.Single(result.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_beyond_the_limit_are_counted()
    {
        var links = string.Concat(Enumerable.Repeat("""<link name="a"/>""", 200));

        var result = UrdfReader.Read($"""<robot name="r">{links}</robot>""", "test");

        Assert.False(result.IsValid);
        Assert.Equal(UrdfReader.MaximumProblems + 1, result.Problems.Length);
        Assert.Equal("99 more problems are not listed.", result.Problems[^1].Message);
    }

    [Fact]
    public void Other_programs_tags_are_noted_once_and_misspelt_tags_warned_of()
    {
        var result = UrdfReader.Read(
            """
            <robot name="r"><link name="a"><visaul/></link><gazebo/><gazebo/><transmission/></robot>
            """,
            "test");

        Assert.True(result.IsValid);
        Assert.Equal(3, result.Problems.Length);
        Assert.Contains(result.Problems, p => p.Severity is UrdfSeverity.Warning
            && p.Message.Contains("<visaul>", StringComparison.Ordinal));
        Assert.Contains(result.Problems, p => p.Severity is UrdfSeverity.Note
            && p.Message.Contains("<gazebo> in <robot> (2 times)", StringComparison.Ordinal));
    }

    [Fact]
    public void Limits_of_zero_that_exporters_write_for_unknown_are_unknown()
    {
        var result = UrdfReader.Read(
            """
            <robot name="r"><link name="a"/><link name="b"/>
            <joint name="j" type="revolute"><parent link="a"/><child link="b"/>
            <limit lower="-1" upper="1" velocity="0" effort="0"/></joint></robot>
            """,
            "test");

        Assert.Equal(new JointLimits(-1, 1, null, null), result.Model?.FindJoint("j")?.Limits);
        Assert.Equal(2, result.Problems.Count(p => p.Severity is UrdfSeverity.Warning));
    }

    [Fact]
    public void A_long_axis_is_normalised_with_a_warning()
    {
        var result = UrdfReader.Read(
            """
            <robot name="r"><link name="a"/><link name="b"/>
            <joint name="j" type="continuous"><parent link="a"/><child link="b"/><axis xyz="0 0 -2"/></joint></robot>
            """,
            "test");

        Assert.Equal(-Vector3.UnitZ, result.Model?.FindJoint("j")?.Axis);
        Assert.Single(result.Problems);
    }

    [Fact]
    public void A_substitution_that_xacro_left_over_counts_as_its_default_with_a_warning()
    {
        var result = UrdfReader.Read(
            """
            <robot name="r"><link name="a"/><link name="b"/>
            <joint name="j" type="fixed"><parent link="a"/><child link="b"/>
            <origin xyz="$(optenv X 1 2 3)"/></joint></robot>
            """,
            "test");

        Assert.Equal(new Vector3(1, 2, 3), result.Model?.FindJoint("j")?.Origin.Translation);
        Assert.Equal(UrdfSeverity.Warning, Assert.Single(result.Problems).Severity);
    }

    [Fact]
    public void Joints_from_the_root_come_after_their_parents()
    {
        var model = Read(
            """
            <robot name="r"><link name="c"/><link name="b"/><link name="a"/>
            <joint name="bc" type="fixed"><parent link="b"/><child link="c"/></joint>
            <joint name="ab" type="fixed"><parent link="a"/><child link="b"/></joint></robot>
            """);

        Assert.Equal(["bc", "ab"], model.Joints.Select(joint => joint.Name));
        Assert.Equal(["ab", "bc"], model.JointsFromRoot.Select(joint => joint.Name));
    }

    private static RobotModel Read(string xml)
    {
        var result = UrdfReader.Read(xml, "test");
        Assert.True(result.IsValid, string.Join('\n', result.Problems));
        return result.Model;
    }
}
