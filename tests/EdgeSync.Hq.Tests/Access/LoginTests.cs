using System.Net;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Tests.Support;
using EdgeSync.Hq.Web;
using EdgeSync.Primitives.Secrets;
using EdgeSync.Testing;

namespace EdgeSync.Hq.Tests.Access;

public sealed class LoginTests : IAsyncLifetime
{
    private TestHq _hq = null!;

    public async Task InitializeAsync()
    {
        // A manual clock: on a slow machine the wait after the fifth failure would end before the sixth attempt.
        _hq = await TestHq.StartAsync(new ManualTimeProvider(TimeProvider.System.GetUtcNow()));
        _hq.Get<UserStore>().Add("olga", TestHq.Password, Role.Operator, "test");
    }

    public async Task DisposeAsync() => await _hq.DisposeAsync();

    [Fact]
    public async Task Login_RightPassword_SetsAStrictHttpOnlyCookie()
    {
        using var client = _hq.CreateClient();

        using var answer = await LogInAsync(client, "olga", TestHq.Password, "/sites/a/b");

        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("edgesync=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("/sites/a/b", answer.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("olga", "wrong password!!")]
    [InlineData("nobody", TestHq.Password)]
    public async Task Login_WrongNameOrPassword_ShowsTheSameMessage(string name, string password)
    {
        using var client = _hq.CreateClient();

        using var answer = await LogInAsync(client, name, password, "/");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("Name or password is wrong.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_AfterTooManyFailures_MustWaitEvenWithTheRightPassword()
    {
        using var client = _hq.CreateClient();
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await LogInAsync(client, "olga", $"wrong password {i}", "/");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var answer = await LogInAsync(client, "olga", TestHq.Password, "/");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero);
    }

    [Fact]
    public void Throttle_RepeatedFailures_WaitsLongerAndExpires()
    {
        var clock = new ManualTimeProvider();
        var throttle = new LoginThrottle(clock);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(TimeSpan.Zero, throttle.Begin("olga", "192.0.2.1"));
        }

        var first = throttle.Begin("olga", "192.0.2.2");
        clock.Advance(first);
        Assert.Equal(TimeSpan.Zero, throttle.Begin("olga", "192.0.2.2"));
        var second = throttle.Begin("olga", "192.0.2.3");

        Assert.True(second > first, $"{second} is not longer than {first}");
        clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(TimeSpan.Zero, throttle.Begin("olga", "192.0.2.1"));
        Assert.Equal(TimeSpan.Zero, throttle.Begin("olga", "192.0.2.1"));
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\tevil")]
    [InlineData("")]
    [InlineData(null)]
    public void LocalPath_NotAPathOnThisServer_ReturnsRoot(string? wanted) => Assert.Equal("/", Requests.LocalPath(wanted));

    [Fact]
    public void PasswordHash_SamePasswordTwice_ProducesDifferentMatchingHashes()
    {
        var (first, second) = (PasswordHash.Create(TestHq.Password), PasswordHash.Create(TestHq.Password));

        Assert.NotEqual(first, second);
        Assert.True(PasswordHash.Matches(TestHq.Password, first));
        Assert.False(PasswordHash.Matches(TestHq.Password + "x", first));
        Assert.DoesNotContain(TestHq.Password, first, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_ToString_IsMasked() => Assert.Equal("***", $"{Secret.Create(Secret.OperatorPrefix)}");

    private static Task<HttpResponseMessage> LogInAsync(HttpClient client, string name, string password, string returnUrl) =>
        TestHq.PostFormAsync(client, "/login", "/login", ("name", name), ("password", password), ("returnUrl", returnUrl));
}
