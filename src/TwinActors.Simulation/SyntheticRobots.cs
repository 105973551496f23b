using System.Globalization;
using System.Text;

namespace TwinActors.Simulation;

/// <summary>Plain robots of any number of joints, for load tests.</summary>
public static class SyntheticRobots
{
    /// <summary>Most joints of a synthetic robot.</summary>
    public const int MaximumJoints = 1000;

    /// <summary>URDF text of a robot whose arms of seven revolute joints each stand in a row.</summary>
    /// <param name="joints">Number of joints, 1 to <see cref="MaximumJoints"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="joints"/> is outside its range.</exception>
    public static string Urdf(int joints)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(joints, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(joints, MaximumJoints);
        const int JointsPerArm = 7;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"<robot name=\"synthetic{joints}\">");
        text.AppendLine("  <link name=\"base_link\"/>");
        for (var i = 0; i < joints; i++)
        {
            var isFirst = i % JointsPerArm == 0;
            var parent = isFirst ? "base_link" : $"link{i}";
            var origin = isFirst ? $"0 {i / JointsPerArm * 0.3:0.0} 0.1" : "0 0 0.12";
            var axis = i % 2 == 0 ? "0 0 1" : "0 1 0";
            text.AppendLine(CultureInfo.InvariantCulture, $"""
                  <link name="link{i + 1}">
                    <inertial>
                      <origin xyz="0 0 0.06"/><mass value="1"/>
                      <inertia ixx="0.002" ixy="0" ixz="0" iyy="0.002" iyz="0" izz="0.001"/>
                    </inertial>
                    <visual>
                      <origin xyz="0 0 0.06"/>
                      <geometry><cylinder radius="0.04" length="0.12"/></geometry>
                    </visual>
                  </link>
                  <joint name="joint{i + 1}" type="revolute">
                    <parent link="{parent}"/><child link="link{i + 1}"/>
                    <origin xyz="{origin}"/><axis xyz="{axis}"/>
                    <limit lower="-2.5" upper="2.5" velocity="3" effort="60"/>
                    <dynamics damping="0.2" friction="0.3"/>
                  </joint>
                """);
        }

        text.AppendLine("</robot>");
        return text.ToString();
    }
}
