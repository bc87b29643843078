using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Reconciliation.Pipeline;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

public sealed class LastingEffectsTests
{
    private static readonly ObjectId Widgets = new("apiextensions.k8s.io/v1", "CustomResourceDefinition", null, "widgets.example.com");

    [Theory]
    [InlineData(ChangeAction.Created, "a rollback does not undo CustomResourceDefinition widgets.example.com (created)")]
    [InlineData(ChangeAction.Configured, "a rollback does not undo CustomResourceDefinition widgets.example.com (changed)")]
    [InlineData(ChangeAction.Unchanged, null)]
    public void Of_Definition_CountsWhereItWasChanged(ChangeAction action, string? expected) =>
        Assert.Equal(expected, LastingEffects.Of([new ObjectChange(Widgets, action)]));

    [Theory]
    [InlineData("batch/v1", "Job", ChangeAction.Created, "a rollback does not undo Job shop/it (started)")]
    [InlineData("batch/v1", "Job", ChangeAction.Recreated, "a rollback does not undo Job shop/it (started)")]
    [InlineData("batch/v1", "Job", ChangeAction.Unchanged, null)]
    [InlineData("v1", "PersistentVolumeClaim", ChangeAction.Created, "a rollback does not undo PersistentVolumeClaim shop/it (created)")]
    [InlineData("v1", "PersistentVolumeClaim", ChangeAction.Configured, null)]
    [InlineData("apps/v1", "Deployment", ChangeAction.Created, null)]
    [InlineData("v1", "ConfigMap", ChangeAction.Configured, null)]
    public void Of_Object_CountsWhereItsEffectStays(string apiVersion, string kind, ChangeAction action, string? expected) =>
        Assert.Equal(expected, LastingEffects.Of([new ObjectChange(new ObjectId(apiVersion, kind, "shop", "it"), action)]));

    [Fact]
    public void Of_ManyObjects_NamesTheFirstFive()
    {
        var jobs = Enumerable.Range(1, 7).Select(number => new ObjectChange(new ObjectId("batch/v1", "Job", "shop", $"job-{number}"), ChangeAction.Created));

        Assert.EndsWith("Job shop/job-5 (started); and 2 more", LastingEffects.Of([.. jobs]), StringComparison.Ordinal);
    }
}
