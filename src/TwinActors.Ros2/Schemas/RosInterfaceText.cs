namespace TwinActors.Ros2.Schemas;

/// <summary>The types that ROS makes of a service or an action beside those that its file spells out.</summary>
internal static class RosInterfaceText
{
    /// <summary>Definitions of a service and of its event, each behind its <c>MSG:</c> line.</summary>
    /// <param name="service">Full name, as <c>std_srvs/srv/Trigger</c>; its request and response are defined
    /// elsewhere.</param>
    public static string Service(string service) =>
        $"""
        MSG: {service}_Event
        service_msgs/ServiceEventInfo info
        {service}_Request[<=1] request
        {service}_Response[<=1] response
        MSG: {service}
        {service}_Request request_message
        {service}_Response response_message
        {service}_Event event_message

        """;

    /// <summary>Definitions of what travels for an action, each behind its <c>MSG:</c> line.</summary>
    /// <param name="action">Full name, as <c>nav2_msgs/action/Spin</c>; its goal, result and feedback are defined
    /// elsewhere.</param>
    public static string Action(string action) =>
        $"""
        MSG: {action}_SendGoal_Request
        unique_identifier_msgs/UUID goal_id
        {action}_Goal goal
        MSG: {action}_SendGoal_Response
        bool accepted
        builtin_interfaces/Time stamp
        {Service(action + "_SendGoal")}
        MSG: {action}_GetResult_Request
        unique_identifier_msgs/UUID goal_id
        MSG: {action}_GetResult_Response
        int8 status
        {action}_Result result
        {Service(action + "_GetResult")}
        MSG: {action}_FeedbackMessage
        unique_identifier_msgs/UUID goal_id
        {action}_Feedback feedback
        MSG: {action}
        {action}_Goal goal
        {action}_Result result
        {action}_Feedback feedback
        {action}_SendGoal send_goal_service
        {action}_GetResult get_result_service
        {action}_FeedbackMessage feedback_message

        """;
}
