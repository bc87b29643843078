using System.Text.Json.Nodes;
using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Output;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Primitives;

namespace EdgeSync.Agent.Tests.Commands;

public sealed class PlanViewTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 30, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Write_Plan_HasALineForEachObjectAndField() => Assert.Equal(
        """
        Channel stable: shop 2.0, release 2 of channel stable; shop 1.0 (release 1) runs now
          note: release 2 is on its way
          + Namespace shop
          ~ Deployment shop/web
              ~ spec.replicas: 5 → 2   (kubectl-scale, 2026-11-30 05:00:00Z)
              + spec.paused: true
              - metadata.labels["a/b"]: "x"
              ~ spec.text: "<b> 'ä'" → null
          ~ Secret shop/login
              ~ data.password: changed (the value is not shown)
          -/+ Job shop/migrate is deleted and created again: spec.template cannot be changed
          ! Service shop/bad: spec.ports: no (ObjectInvalid)
              hint: Correct it.
          - ConfigMap shop/old
          refused: too much is deleted (DestructiveChange)
            hint: Allow it.
        Plan: 1 to create, 2 to configure, 1 to recreate, 1 to delete, 7 unchanged; 1 refused.

        """,
        Write(Plan(
            Item(PlanAction.Created, "Namespace", null, "shop"),
            Item(PlanAction.Configured, "Deployment", "shop", "web") with
            {
                Fields =
                [
                    Field("spec.replicas", FieldAction.Changed, 5, 2) with { ChangedBy = new FieldWriter("kubectl-scale", "Update", At) },
                    Field("spec.paused", FieldAction.Added, null, true),
                    Field("metadata.labels[\"a/b\"]", FieldAction.Removed, "x", null),
                    Field("spec.text", FieldAction.Changed, "<b> 'ä'", null),
                ],
            },
            Item(PlanAction.Configured, "Secret", "shop", "login") with { Fields = [Field("data.password", FieldAction.Changed, null, null) with { Masked = true }] },
            Item(PlanAction.Recreated, "Job", "shop", "migrate") with { Message = "spec.template cannot be changed" },
            Item(PlanAction.Failed, "Service", "shop", "bad") with { Reason = "ObjectInvalid", Message = "Service shop/bad: spec.ports: no", Hint = "Correct it." },
            Item(PlanAction.Unchanged, "ConfigMap", "shop", "same"),
            Item(PlanAction.Deleted, "ConfigMap", "shop", "old"))));

    [Fact]
    public void Write_Conflicts_NameFieldAndManager() => Assert.Contains(
        """
          ~ Deployment shop/web
              ! /spec/replicas: is taken over from another manager   (kubectl-scale, 2026-11-30 05:00:00Z)
          = ConfigMap shop/same
              ! /data/a: stays with another manager   (other)
          ! ConfigMap shop/bad: 'other' has /data/b (FieldConflict)
              ! /data/b: is owned by another manager   (other)

        """,
        Write(Plan(
            Item(PlanAction.Configured, "Deployment", "shop", "web") with { Conflicts = [new("/spec/replicas", ConflictAction.Taken, new FieldWriter("kubectl-scale", "Update", At))] },
            Item(PlanAction.Unchanged, "ConfigMap", "shop", "same") with { Conflicts = [new("/data/a", ConflictAction.Left, new FieldWriter("other", "Apply", null))] },
            Item(PlanAction.Failed, "ConfigMap", "shop", "bad") with
            {
                Reason = "FieldConflict",
                Message = "ConfigMap shop/bad: 'other' has /data/b",
                Conflicts = [new("/data/b", ConflictAction.Refused, new FieldWriter("other", "Apply", null))],
            })),
        StringComparison.Ordinal);

    [Fact]
    public void Write_Hooks_SaysWhichRun()
    {
        var plan = Plan();
        var hooks = plan.Channels[0] with
        {
            Hooks =
            [
                new HookRun { Hook = "pre-activate", Namespace = "shop", Name = "migrate", Runs = true },
                new HookRun { Hook = "post-activate", Namespace = "shop", Name = "warm-up", Runs = false, Message = "it ran for this bundle already" },
                new HookRun { Hook = "on-rollback", Namespace = "shop", Name = "undo", Runs = true, Message = "if the bundle fails" },
            ],
        };

        Assert.Contains(
            """
              > pre-activate hook Job shop/migrate runs
              = post-activate hook Job shop/warm-up does not run (it ran for this bundle already)
              > on-rollback hook Job shop/undo runs (if the bundle fails)

            """,
            Write(plan with { Channels = [hooks] }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Snapshots_SaysWhichAreMadeAndWhatWaits()
    {
        var plan = Plan();
        var snapshots = plan.Channels[0] with
        {
            Snapshots =
            [
                new PlannedSnapshot { Namespace = "shop", Claim = "data", Made = true, Restored = true },
                new PlannedSnapshot { Namespace = "shop", Claim = "new", Made = false, Restored = false, Message = "the claim does not exist yet" },
                new PlannedSnapshot { Namespace = "shop", Claim = "local", Made = false, Restored = false, Message = "the cluster has no VolumeSnapshotClass", Waits = true },
            ],
        };

        Assert.Contains(
            """
              > snapshot of PersistentVolumeClaim shop/data is made before, and restored by a rollback
              = snapshot of PersistentVolumeClaim shop/new is not made: the claim does not exist yet
              ! snapshot of PersistentVolumeClaim shop/local cannot be made, and the release waits: the cluster has no VolumeSnapshotClass

            """,
            Write(plan with { Channels = [snapshots] }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_All_NamesTheUnchangedToo() => Assert.Contains(
        "\n  = ConfigMap shop/same\n", Write(Plan(Item(PlanAction.Unchanged, "ConfigMap", "shop", "same")), all: true), StringComparison.Ordinal);

    [Fact]
    public void Write_Diff_SaysWhatIsAndWhatShouldBe() => Assert.Equal(
        """
        Channel stable: shop 2.0, release 2 of channel stable
          - ConfigMap shop/gone is missing
          ~ Deployment shop/web
              ~ spec.replicas: 5, should be 2   (kubectl-scale, 2026-11-30 05:00:00Z)
              - spec.paused: is missing, should be true
              + spec.extra: "x", is not in the bundle
              ~ data.a: was changed (the value is not shown)
              - data.b: is missing (the value is not shown)
          + ConfigMap shop/stray is left over: the bundle does not have it
        Differences: 1 missing, 2 drifted, 1 left over; 7 as they should be; 1 could not be compared.

        """,
        Write(Plan(
            Item(PlanAction.Missing, "ConfigMap", "shop", "gone"),
            Item(PlanAction.Drifted, "Deployment", "shop", "web") with
            {
                Fields =
                [
                    Field("spec.replicas", FieldAction.Changed, 5, 2) with { ChangedBy = new FieldWriter("kubectl-scale", "Update", At) },
                    Field("spec.paused", FieldAction.Added, null, true),
                    Field("spec.extra", FieldAction.Removed, "x", null),
                    Field("data.a", FieldAction.Changed, null, null) with { Masked = true },
                    Field("data.b", FieldAction.Added, null, null) with { Masked = true },
                ],
            },
            Item(PlanAction.LeftOver, "ConfigMap", "shop", "stray"))
            with { Schema = PlanDocument.DiffSchema }).Replace("  note: release 2 is on its way\n", "", StringComparison.Ordinal)
            .Replace("  refused: too much is deleted (DestructiveChange)\n    hint: Allow it.\n", "", StringComparison.Ordinal));

    [Theory]
    [InlineData("\u001b[31m", "\\u001b[31m")]
    [InlineData("a\r\nb\u0007", "\\u0007")]
    [InlineData("\u202eevil\u2066", "\\u202eevil\\u2066")]
    [InlineData("\u009b2J", "\\u009b2J")]
    [InlineData("[red]brackets[/]", "[red]brackets[/]")]
    [InlineData("{0}", "{0}")]
    public void Write_HostileTexts_AreShownAndDoNothing(string hostile, string shown)
    {
        var text = Write(Plan(Item(PlanAction.Configured, hostile, hostile, hostile) with
        {
            Message = hostile,
            Fields = [Field(hostile, FieldAction.Changed, hostile, hostile) with { ChangedBy = new FieldWriter(hostile, "Update", null) }],
        }));

        Assert.Contains(shown, text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, character => char.IsControl(character) && character != '\n');
        Assert.DoesNotContain(text, character => character is '\u202e' or '\u2066');
        Assert.Equal(7 + 1, text.Split('\n').Length);
    }

    [Fact]
    public void Value_LongText_IsCutWithItsLength()
    {
        var value = JsonValue.Create(new string('x', 100_000));

        Assert.Equal($"\"{new string('x', 119)}… (100,002 characters)", PlanText.Value(value, isWhole: false));
        Assert.Equal(100_002, PlanText.Value(value, isWhole: true).Length);
    }

    [Fact]
    public void Write_ManyFields_ShowsTheFirstAndTheirNumber()
    {
        var item = Item(PlanAction.Configured, "ConfigMap", "shop", "a") with { Fields = [.. Enumerable.Range(0, 100).Select(i => Field($"data.k{i}", FieldAction.Added, null, i))] };

        Assert.Contains("      … and 60 fields more; --all shows them\n", Write(Plan(item)), StringComparison.Ordinal);
        Assert.DoesNotContain("fields more", Write(Plan(item), all: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NothingToDo_SaysSo() => Assert.EndsWith(
        "\nNo changes: 7 objects are as the bundle says.\n",
        Write(Plan() is var plan ? plan with { Channels = [plan.Channels[0] with { Counts = new PlanCounts { Unchanged = 7 } }] } : plan),
        StringComparison.Ordinal);

    [Fact]
    public void Write_ChannelThatFailedAndUntrustedBundle_AreSaid()
    {
        var plan = Plan();
        var failed = new ChannelPlan { Channel = "other", Failure = new SiteNotice("NoReleaseKnown", "nothing yet", "Wait.") };
        var untrusted = plan.Channels[0] with { Bundle = plan.Channels[0].Bundle! with { Trusted = false, Distrust = new SiteNotice("SignatureMissing", "no signature") } };

        var text = Write(plan with { Channels = [failed, untrusted] });

        Assert.StartsWith("Channel other: NoReleaseKnown: nothing yet\n  hint: Wait.\nChannel stable: ", text, StringComparison.Ordinal);
        Assert.Contains("\n  NOT TRUSTED by this site's policy, SignatureMissing: no signature\n", text, StringComparison.Ordinal);
    }

    private static PlanDocument Plan(params PlannedObject[] objects) => new()
    {
        Schema = PlanDocument.PlanSchema,
        Fleet = "retail",
        Site = "store-1",
        At = At,
        HasChanges = true,
        Channels =
        [
            new ChannelPlan
            {
                Channel = "stable",
                Bundle = new PlannedBundle { Name = "shop", Version = "2.0", Source = "release 2 of channel stable" },
                Running = new AcknowledgedRelease("stable", 1, Digest.Of("one"u8), "shop", "1.0"),
                Notes = ["release 2 is on its way"],
                Counts = new PlanCounts { Created = 1, Configured = 2, Recreated = 1, Deleted = 1, Unchanged = 7, Failed = 1 },
                Objections = [new SiteNotice("DestructiveChange", "too much is deleted", "Allow it.")],
                Objects = objects,
            },
        ],
    };

    private static PlannedObject Item(PlanAction action, string kind, string? @namespace, string name) =>
        new() { ApiVersion = "v1", Kind = kind, Namespace = @namespace, Name = name, Action = action };

    private static FieldDifference Field(string path, FieldAction action, JsonNode? before, JsonNode? after) =>
        new() { Path = path, JsonPointer = "/", Action = action, Before = before, After = after };

    private static string Write(PlanDocument document, bool all = false)
    {
        using var output = new StringWriter { NewLine = "\n" };
        PlanView.Write(document, all, ConsoleOutput.Create(output, isTerminal: false, hasColours: false, windowWidth: 0));
        return output.ToString().ReplaceLineEndings("\n");
    }
}
