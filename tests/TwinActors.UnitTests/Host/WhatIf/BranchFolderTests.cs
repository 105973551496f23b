using TwinActors.Contracts.Robots;
using TwinActors.Host.WhatIf;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Host.WhatIf;

public sealed class BranchFolderTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _temporary = new();
    private readonly BranchFolder _folder;

    public BranchFolderTests() => _folder = new BranchFolder(Path.Combine(_temporary.Path, "arm1"));

    [Fact]
    public void A_branch_is_read_as_it_was_saved_and_its_trajectory_too()
    {
        _folder.Save(Branch("20260301T120000.000Z"), new BranchTrajectoryDocument([0.01], [new("a", [1], [2])]));

        Assert.Equal(["20260301T120000.000Z"], _folder.Ids);
        Assert.Equal("heavier", _folder.Find("20260301T120000.000Z")!.Name);
        Assert.Equal([2], _folder.FindTrajectory("20260301T120000.000Z")!.Joints[0].Branch);
    }

    [Fact]
    public void Two_branches_of_one_millisecond_have_two_ids()
    {
        var first = _folder.NewId(Noon);
        _folder.Save(Branch(first));

        Assert.Equal(("20260301T120000.000Z", "20260301T120000.001Z"), (first, _folder.NewId(Noon)));
    }

    [Fact]
    public void A_deleted_branch_is_gone_with_its_trajectory()
    {
        _folder.Save(Branch("20260301T120000.000Z"), new BranchTrajectoryDocument([], []));

        Assert.True(_folder.Delete("20260301T120000.000Z"));
        Assert.False(_folder.Delete("20260301T120000.000Z"));
        Assert.Empty(Directory.EnumerateFiles(_temporary.Path, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("20260301T120000.000Z/../x")]
    public void What_is_no_id_is_not_looked_for(string id)
    {
        Assert.Null(_folder.Find(id));
        Assert.False(_folder.Delete(id));
    }

    [Fact]
    public void A_damaged_branch_is_said_to_be_damaged()
    {
        _folder.Save(Branch("20260301T120000.000Z"));
        File.WriteAllText(Path.Combine(_temporary.Path, "arm1", "20260301T120000.000Z.json"), "{");

        var failure = Assert.Throws<IOException>(() => _folder.Find("20260301T120000.000Z"));

        Assert.Contains("is damaged", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _temporary.Dispose();

    private static BranchDocument Branch(string id) =>
        new(id, "heavier", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z", "waiting", null, 10, new(), [], null, null);
}
