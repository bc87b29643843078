using System.Net;
using System.Net.Http.Headers;
using EdgeSync.Page.Tests.Support;

namespace EdgeSync.Page.Tests.Access;

/// <summary>Who may read the page and send its forms, over real HTTP.</summary>
public sealed class PageAccessTests
{
    private const string Pin = "314159";

    [Fact]
    public async Task Page_WithoutPinOnLoopback_IsOpen()
    {
        await using var host = await PageHost.StartAsync();
        using var client = host.CreateClient();

        using var answer = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("store-0417", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", HttpStatusCode.SeeOther)]
    [InlineData("/events", HttpStatusCode.Unauthorized)]
    public async Task Get_WithoutSession_ShowsNothing(string path, HttpStatusCode expected)
    {
        await using var host = await PageHost.StartAsync(pin: Pin);
        using var client = host.CreateClient();

        using var answer = await client.GetAsync(path);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/hold")]
    [InlineData("/hold/release")]
    [InlineData("/preflight")]
    public async Task Post_WithoutSession_ChangesNothing(string path)
    {
        await using var host = await PageHost.StartAsync(pin: Pin);
        using var client = host.CreateClient();

        using var answer = await PostAsync(client, host, path, ("who", "ann"), ("reason", "flight"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(host.Site.Holds);
        Assert.Empty(host.Site.Begun);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("http://evil.example")]
    [InlineData("http://127.0.0.1:1")]
    public async Task Post_FromAnotherPage_IsRefused(string? origin)
    {
        await using var host = await PageHost.StartAsync();
        using var client = host.CreateClient();
        using var request = Form("/hold", ("who", "ann"), ("reason", "flight"));
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(host.Site.Holds);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("10.0.0.1")]
    public async Task Page_OnLoopbackUnderAnotherName_IsNotShown(string name)
    {
        await using var host = await PageHost.StartAsync();
        using var client = host.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = name;

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain("shop 4.2.1", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_RightPin_OpensASessionWhoseCookieStaysHere()
    {
        await using var host = await PageHost.StartAsync(tls: true, pin: Pin);
        using var client = host.CreateClient();

        using var login = await PostAsync(client, host, "/login", ("pin", Pin));

        Assert.Equal((HttpStatusCode.SeeOther, "/"), (login.StatusCode, login.Headers.Location!.ToString()));
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-edgesync-page=", cookie, StringComparison.Ordinal);
        Assert.All(new[] { "path=/", "secure", "samesite=strict", "httponly" }, part => Assert.Contains(part, cookie, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);

        (await PostAsync(client, host, "/logout")).Dispose();
        client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        Assert.Equal(HttpStatusCode.SeeOther, (await client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Session_AfterANewPin_IsOver()
    {
        await using var host = await PageHost.StartAsync(pin: Pin);
        using var client = host.CreateClient();
        (await PostAsync(client, host, "/login", ("pin", Pin))).Dispose();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);

        await host.Pin.WriteAsync("271828", CancellationToken.None);

        Assert.Equal(HttpStatusCode.SeeOther, (await client.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(client, host, "/login", ("pin", Pin))).StatusCode);
    }

    [Fact]
    public async Task Login_WrongPins_WaitLongerAndLonger()
    {
        await using var host = await PageHost.StartAsync(pin: Pin);
        using var client = host.CreateClient();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var wrong = await PostAsync(client, host, "/login", ("pin", "000000"));
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var tooMany = await PostAsync(client, host, "/login", ("pin", Pin));
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(5)), (tooMany.StatusCode, tooMany.Headers.RetryAfter!.Delta));
        host.Clock.Advance(TimeSpan.FromSeconds(6));
        using var right = await PostAsync(client, host, "/login", ("pin", Pin));
        Assert.Equal(HttpStatusCode.SeeOther, right.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/login")]
    [InlineData("/nothing")]
    public async Task Answer_OfEveryPage_LetsABrowserLoadNothingFromElsewhere(string path)
    {
        await using var host = await PageHost.StartAsync();
        using var client = host.CreateClient();

        using var answer = await client.GetAsync(path);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal(new CacheControlHeaderValue { NoStore = true }, answer.Headers.CacheControl);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("style=", text, StringComparison.Ordinal);
        Assert.DoesNotContain("onclick", text, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_LargeBody_IsRefused()
    {
        await using var host = await PageHost.StartAsync();
        using var client = host.CreateClient();

        using var answer = await PostAsync(client, host, "/hold", ("who", "ann"), ("reason", new string('x', 20_000)));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(host.Site.Holds);
    }

    internal static Task<HttpResponseMessage> PostAsync(HttpClient client, PageHost host, string path, params (string Name, string Value)[] fields)
    {
        var request = Form(path, fields);
        request.Headers.Add("Origin", host.Address.GetLeftPart(UriPartial.Authority));
        return client.SendAsync(request);
    }

    private static HttpRequestMessage Form(string path, params (string Name, string Value)[] fields) => new(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
    };
}
