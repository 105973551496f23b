using TwinActors.Ros2.Schemas;

namespace TwinActors.UnitTests.Ros2.Schemas;

public sealed class RosDefinitionTextTests
{
    [Fact]
    public void Every_standard_type_reads_back_with_the_same_hash()
    {
        Assert.All(RosSchemaSet.Standard.All, schema =>
        {
            var again = RosSchemaSet.Empty.Add(schema.Name, RosDefinitionText.Of(schema)).Get(schema.Name);

            Assert.Equal(schema.TypeHash, again.TypeHash);
            Assert.Equal(schema.Constants, again.Constants);
        });
    }
}
