using System.Net;
using EdgeSync.Agent.Page.Views;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Page.Tests.Access;
using EdgeSync.Page.Tests.Support;

namespace EdgeSync.Page.Tests;

/// <summary>What the forms do, and what they refuse.</summary>
public sealed class FormTests
{
    [Fact]
    public async Task Hold_WithADuration_IsSetAndTheNameIsRemembered()
    {
        await using var host = await PageHost.StartAsync();
        using var client = host.CreateClient();

        using var answer = await PageAccessTests.PostAsync(client, host, "/hold", ("who", " Änne "), ("reason", "flight 417"), ("until", "4h"));

        Assert.Equal((HttpStatusCode.SeeOther, "/"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        Assert.Equal(new HoldStatus("Änne", "flight 417", ScriptedSite.Start, ScriptedSite.Start.AddHours(4)), Assert.Single(host.Site.Holds));
        Assert.Contains("value=\"&#xC4;nne\"", await client.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hold_UntilATimeOfDay_EndsThenInTheSitesZone()
    {
        await using var host = await PageHost.StartAsync();
        using var client = host.CreateClient();

        (await PageAccessTests.PostAsync(client, host, "/hold", ("who", "ann"), ("reason", "flight 417"), ("until", "06:30"))).Dispose();

        Assert.Equal(new DateTimeOffset(2026, 12, 2, 5, 30, 0, TimeSpan.Zero), Assert.Single(host.Site.Holds).Until);
    }

    [Theory]
    [InlineData("/hold", "", "flight", "", "Your name is missing")]
    [InlineData("/hold", "ann", "", "", "The reason is missing")]
    [InlineData("/hold", "ann", "flight", "soon", "&#x27;soon&#x27; is no time: write a time of day (06:30)")]
    public async Task Hold_Incomplete_IsShownAgainWithWhatWasEntered(string path, string who, string reason, string until, string expected)
    {
        await using var host = await PageHost.StartAsync();
        using var client = host.CreateClient();

        using var answer = await PageAccessTests.PostAsync(client, host, path, ("who", who), ("reason", reason), ("until", until));

        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.Contains("<details id=\"hold-form\" class=\"form\" open", text, StringComparison.Ordinal);
        Assert.Contains($"name=\"reason\" required maxlength=\"200\" autocomplete=\"off\" value=\"{reason}\"", text, StringComparison.Ordinal);
        Assert.Empty(host.Site.Holds);
    }

    [Fact]
    public async Task Release_OfAHoldThatIsOver_SaysSo()
    {
        await using var host = await PageHost.StartAsync();
        using var client = host.CreateClient();

        using var answer = await PageAccessTests.PostAsync(client, host, "/hold/release", ("who", "ann"), ("owner", "bob"), ("channel", ""));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("No such hold of bob.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_WithEverything_Begins()
    {
        await using var host = await PageHost.StartAsync();
        using var client = host.CreateClient();

        using var answer = await PageAccessTests.PostAsync(client, host, "/preflight", ("who", "ann"), ("deadline", "20m"), ("mission", "12h"), ("hold", "flight 417"));

        Assert.Equal((HttpStatusCode.SeeOther, "/"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        var begun = Assert.Single(host.Site.Begun);
        Assert.Equal(("ann", ScriptedSite.Start.AddMinutes(20), TimeSpan.FromHours(12), "flight 417"), (begun.By, begun.Deadline!.Value, begun.Mission, begun.Hold));
    }

    [Theory]
    [InlineData("deadline", "yesterday", "is no deadline")]
    [InlineData("mission", "long", "is no duration: write 30m, 12h or 2d")]
    public async Task Preflight_WithATimeThatIsNone_IsNotBegun(string field, string value, string expected)
    {
        await using var host = await PageHost.StartAsync();
        using var client = host.CreateClient();

        using var answer = await PageAccessTests.PostAsync(client, host, "/preflight", ("who", "ann"), (field, value));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(host.Site.Begun);
    }

    /// <summary>Names and messages come from registries, bundles, clusters and people: none of them becomes markup.</summary>
    [Fact]
    public async Task Page_WithHostileNames_HasNoMarkupOfTheirs()
    {
        const string Hostile = "<script>alert(1)</script>\" onmouseover=\"alert(2)' <img src=x onerror=alert(3)>";
        await using var host = await PageHost.StartAsync();
        host.Site.Channel = host.Site.Channel with
        {
            Channel = Hostile,
            State = ChannelState.Degraded,
            Running = ScriptedSite.Release(Hostile, Hostile, 42),
            Pending = ScriptedSite.Release(Hostile, Hostile + "2", 43),
            Reason = Hostile,
            Message = Hostile,
            Hint = Hostile,
            Details = [Hostile],
            Tag = Hostile,
        };
        host.Site.Holds.Add(new HoldStatus(Hostile, Hostile, ScriptedSite.Start, null, Hostile));
        host.Site.Notices = [new SiteNotice(Hostile, Hostile, Hostile)];
        host.Site.Entries.Add(ScriptedSite.Entry(1, Contracts.Acknowledgements.AcknowledgementEvent.Failed, ScriptedSite.Start, Hostile) with { Reason = Hostile });
        host.Site.Preflight = Go(Hostile) with { Failure = Hostile };
        using var client = host.CreateClient();

        var text = await client.GetStringAsync("/");

        Assert.True(text.Split("alert(1)").Length > 15, "the names are on the page");
        Assert.DoesNotContain("<script>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\" onmouseover", text, StringComparison.Ordinal);
    }

    private static PreflightView Go(string text) => new()
    {
        By = text,
        At = ScriptedSite.Start,
        Report = new PreflightReport
        {
            Fleet = text,
            Site = text,
            At = ScriptedSite.Start,
            EndedAt = ScriptedSite.Start,
            By = text,
            Verdict = PreflightVerdict.NoGo,
            Reasons = [text],
            Hold = text,
            Checks = [new CheckResult(text, CheckOutcome.Failed, text, text, text), new CheckResult(text, CheckOutcome.Passed, text, text)],
        },
    };
}
