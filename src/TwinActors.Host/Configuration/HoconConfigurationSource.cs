namespace TwinActors.Host.Configuration;

/// <summary>
/// Tells ASP.NET Core what concerns it: the addresses to listen at (<c>urls</c>) and the log levels
/// (<c>Logging:LogLevel:…</c>). Everything else is read from <see cref="TwinOptions"/>.
/// </summary>
/// <param name="options">A checked configuration.</param>
internal sealed class HoconConfigurationSource(TwinOptions options) : IConfigurationSource
{
    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(options);

    private sealed class Provider : ConfigurationProvider
    {
        public Provider(TwinOptions options)
        {
            Set(WebHostDefaults.ServerUrlsKey, string.Join(';', options.Node.Urls));
            foreach (var (category, level) in options.Logging.Level)
            {
                Set($"Logging:LogLevel:{(category == "default" ? "Default" : category)}", level.ToString());
            }
        }
    }
}
